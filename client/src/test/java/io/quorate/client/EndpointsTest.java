package io.quorate.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.rpc.socket.Endpoint;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class EndpointsTest {
  @ParameterizedTest
  @ValueSource(strings = {"a:5", "http://a:5", "HTTPS://a:5", "http://a:5/b", "https://a:5?b#c"})
  void areReachedOverTcp(String text) {
    assertThat(Endpoints.parse(text)).isEqualTo(Endpoint.tcp("a", 5));
  }

  @ParameterizedTest
  @CsvSource({
    "ftp://a:5, ftp://a:5, address ftp://a:5: too many colons in address",
    "dns:///a:5, dns:///a:5, address dns:///a:5: too many colons in address",
    "http://a b:5, http://a b:5, address http://a b:5: too many colons in address",
    "ftp://a, ftp://a, lookup tcp///a: unknown port",
    "a:5/b, a:5/b, lookup tcp/5/b: unknown port",
    "http://a, a, address a: missing port in address",
  })
  void areNeverReached(String text, String address, String fault) {
    assertThat(Endpoints.parse(text)).isEqualTo(Endpoint.undialable(address, fault));
  }

  @ParameterizedTest
  @CsvSource({"http://a:1, false", "Https://a:1, true", "unixs:a, true", "a:1, false"})
  void haveTlsByTheSchemeOfTheFirst(String first, boolean tls) {
    assertThat(Endpoints.tls(ClientOptions.of(first, "http://b:1")).map(_ -> true))
        .isEqualTo(tls ? Optional.of(true) : Optional.empty());
  }
}
