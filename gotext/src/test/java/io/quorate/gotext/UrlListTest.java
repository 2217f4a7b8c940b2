package io.quorate.gotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UrlListTest {
  @Test
  void sortsTrimsAndDropsDuplicates() {
    assertThat(UrlList.parse("http://b:2, http://a:1,http://b:2"))
        .containsExactly("http://a:1", "http://b:2");
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://a:1, 'URL scheme must be http, https, unix, or unixs: ftp://a:1'",
    "http://a, 'URL address does not have the form \"host:port\": http://a'",
    "http://a:1/x, 'URL must not contain a path: http://a:1/x'",
    "http://a:1/, 'URL must not contain a path: http://a:1/'",
    "http://a:x, 'parse \"http://a:x\": invalid port \":x\" after host'",
    "http://my host:2380, 'parse \"http://my host:2380\": invalid character \" \" in host name'",
    "http://a|b:2380, 'parse \"http://a|b:2380\": invalid character \"|\" in host name'",
    "http://a%zz:2380, 'parse \"http://a%zz:2380\": invalid URL escape \"%zz\"'",
    "http://a:1], 'parse \"http://a:1]\": invalid port \":1]\" after host'",
    "http://a], 'URL address does not have the form \"host:port\": http://a]'",
    "http://a]:1, 'URL address does not have the form \"host:port\": http://a]:1'",
    "http://a[:1, 'parse \"http://a[:1\": invalid IP-literal'",
    "http://[1.2.3.4]:1, 'parse \"http://[1.2.3.4]:1\": invalid IP-literal'",
    "http://[::1]a:1, 'parse \"http://[::1]a:1\": invalid port \"a:1\" after host'",
    "http://[::1%eth0]:1, 'parse \"http://[::1%eth0]:1\": invalid URL escape \"%et\"'",
    "http://[]:1, 'parse \"http://[]:1\": invalid host: ParseAddr(\"\"): unable to parse IP'",
    "http://é@a:1, 'parse \"http://é@a:1\": net/url: invalid userinfo'",
    "http://a%41:1, 'parse \"http://a%41:1\": invalid URL escape \"%41\"'",
    "http://a:1#%zz, 'parse \"http://a:1#%zz\": invalid URL escape \"%zz\"'",
    "unix:///a%zz, 'parse \"unix:///a%zz\": invalid URL escape \"%zz\"'",
    "unix://localhost:m1, 'parse \"unix://localhost:m1\": invalid port \":m1\" after host'",
    "unix://a b:1, 'parse \"unix://a b:1\": invalid character \" \" in host name'",
    "http://[zz]:1, 'parse \"http://[zz]:1\": invalid host: ParseAddr(\"zz\"): unable to parse IP'",
    "127.0.0.1:2379, 'parse \"127.0.0.1:2379\": first path segment in URL cannot contain colon'"
  })
  void refusesAsEtcd(String text, String message) {
    assertThatThrownBy(() -> UrlList.parse(text)).hasMessage(message);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "http://etcd_node1:2380",
        "http://node.1:2380",
        "http://[::1]:2380",
        "http://[fe80::1%25eth0]:2380",
        "http://a<b>:1",
        "http://u:p@a:1",
        "http://user:pw@127.0.0.1:1",
        "http://a:1?x y",
        "unix://localhost:1",
        "unix:a b?c#d"
      })
  void takesWhatGoTakes(String url) {
    assertThat(UrlList.parse(url)).containsExactly(url);
  }

  @Test
  void quotesAsGo() {
    assertThat(GoQuote.quote("a\"b\\\n\u0001é\u200b")).isEqualTo("\"a\\\"b\\\\\\n\\x01é\\u200b\"");
  }

  /** As observed of etcd 3.6.14. */
  @ParameterizedTest
  @CsvSource({
    "HTTP://A:1, http://A:1",
    "http://a:1#, http://a:1",
    "http://a:1#x, http://a:1#x",
    "http://a:1#é y, http://a:1#%C3%A9%20y",
    "http://a:1#a%2fb, http://a:1#a%2fb",
    "http://a:1#x#y, http://a:1#x%23y",
    "http://a:1?, http://a:1?",
    "http://a:1??, http://a:1??",
    "http://é:1, http://%C3%A9:1",
    "http://a%c3%a9:1, http://a%C3%A9:1",
    "http://a%25b:1, http://a%25b:1",
    "http://@a:1, http://@a:1",
    "http://u:@a:1, http://u:@a:1",
    "http://u:p:q@a:1, http://u:p%3Aq@a:1",
    "http://u@v@a:1, http://u%40v@a:1",
    "http://u%20x:p%2fq@a:1, http://u%20x:p%2Fq@a:1",
    "'http://u!$&''()*+,;=:~@a:1', 'http://u%21$&%27%28%29%2A+,;=:~@a:1'",
    "http://[::1%25e%20x]:1, http://[::1%25e%20x]:1",
    "unixs://é:1, unixs://%C3%A9:1",
    "unix:///a b, unix:///a%20b",
    "unix:///é%2f, unix:///%C3%A9/",
    "unix:/a, unix:/a",
    "unix://, unix:",
    "unix:////b, unix:////b"
  })
  void aUrlIsStoredAsGoWritesIt(String given, String stored) {
    assertThat(UrlList.ofMember(List.of(given))).containsExactly(stored);
  }

  @Test
  void eachElementOfAMembersListIsOneUrl() {
    assertThat(UrlList.ofMember(List.of(" http://b:2", "http://a:1\u00a0", "http://é:1")))
        .containsExactly("http://%C3%A9:1", "http://a:1", "http://b:2");
    assertThatThrownBy(() -> UrlList.ofMember(List.of("http://a:1,http://b:2")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UrlList.ofMember(List.of()))
        .isInstanceOf(IllegalArgumentException.class);
  }

  /** The id of the member is made of them. */
  @Test
  void aUrlThatIsGivenTwiceIsKeptTwice() {
    assertThat(UrlList.ofMember(List.of("http://b:1", "http://a:1#", "http://b:1")))
        .containsExactly("http://a:1", "http://b:1", "http://b:1");
  }

  /** etcd stores it, and ends. */
  @Test
  void whatCouldNotBeReadAgainIsRefused() {
    assertThatThrownBy(() -> UrlList.ofMember(List.of("http://[fe80::1%25é]:1")))
        .isInstanceOf(IllegalArgumentException.class);
  }
}
