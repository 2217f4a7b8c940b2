package io.quorate.gotext;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

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
    "127.0.0.1:2379, 'parse \"127.0.0.1:2379\": first path segment in URL cannot contain colon'"
  })
  void refusesAsEtcd(String text, String message) {
    assertThatThrownBy(() -> UrlList.parse(text)).hasMessage(message);
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
