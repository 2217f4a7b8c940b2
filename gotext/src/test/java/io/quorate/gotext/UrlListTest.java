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
        "http://é.example:2380",
        "http://a<b>:1",
        "unix://localhost:m1"
      })
  void takesWhatGoTakes(String url) {
    assertThat(UrlList.parse(url)).containsExactly(url);
  }

  @Test
  void quotesAsGo() {
    assertThat(GoQuote.quote("a\"b\\\n\u0001é\u200b")).isEqualTo("\"a\\\"b\\\\\\n\\x01é\\u200b\"");
  }

  @Test
  void eachElementOfAListIsOneUrl() {
    assertThat(UrlList.of(List.of(" http://b:2", "http://a:1")))
        .containsExactly("http://a:1", "http://b:2");
    assertThatThrownBy(() -> UrlList.of(List.of("http://a:1,http://b:2")))
        .isInstanceOf(IllegalArgumentException.class);
    assertThatThrownBy(() -> UrlList.of(List.of())).isInstanceOf(IllegalArgumentException.class);
  }
}
