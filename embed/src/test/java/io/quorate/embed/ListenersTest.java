package io.quorate.embed;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ListenersTest {
  @ParameterizedTest
  @CsvSource({
    "http://127.0.0.1:40379, 127.0.0.1:40379",
    "http://127.0.0.1:, 127.0.0.1:0",
    "http://user:pw@127.0.0.1:1, 127.0.0.1:1",
    "http://[::1]:40379, [::1]:40379",
    "http://[::]:40379, [::]:40379",
    "http://[2001:DB8:0:0:1:0:0:1]:1, [2001:db8::1:0:0:1]:1",
    "http://[2001:db8:0:1:1:1:1:1]:1, [2001:db8:0:1:1:1:1:1]:1",
    "unix://localhost:m1, localhost:m1"
  })
  void addressesAreInGosForm(String url, String text) {
    assertThat(Listeners.address(url).text()).isEqualTo(text);
  }

  @ParameterizedTest
  @CsvSource({"65536", "99999", "99999999999999999999"})
  void aPortBeyondAllIsNamed(String port) {
    assertThatThrownBy(() -> Listeners.address("http://127.0.0.1:" + port))
        .hasMessage("listen tcp: address " + port + ": invalid port");
  }
}
