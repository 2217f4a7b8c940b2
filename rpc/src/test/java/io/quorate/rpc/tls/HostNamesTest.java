package io.quorate.rpc.tls;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

/** Which names a certificate's entry covers; the rows follow crypto/x509's documented rules. */
class HostNamesTest {
  @Test
  void table() {
    Object[][] table = {
      {"example.com", "example.com", true},
      {"example.com", "EXAMPLE.com", true},
      {"Example.com", "example.COM.", true},
      {"example.com", "www.example.com", false},
      {"example.com", "example.org", false},
      {"*.example.com", "www.example.com", true},
      {"*.example.com", "www.example.com.", true},
      {"*.example.com", "example.com", false},
      {"*.example.com", "a.b.example.com", false},
      {"*.example.com", ".example.com", false},
      {"w*.example.com", "www.example.com", false},
      {"*w.example.com", "www.example.com", false},
      {"www.*.com", "www.example.com", false},
      {"*", "localhost", false},
      {"*.com", "example.com", true},
      {"*.", "example.", false},
      {"localhost", "localhost", true},
      {"my_host", "my_host", true},
      {"-a.com", "-a.com", true}, // no host name, but meant literally
      {"a b", "a b", true},
      {"", "", false},
      {".", ".", false},
      {"example.com.", "example.com", false},
      {"127.0.0.1", "127.0.0.1", true}, // only reached for DNS entries and hosts that are names
    };
    for (Object[] row : table) {
      assertThat(HostNames.matches((String) row[0], (String) row[1]))
          .as("%s for %s", row[0], row[1])
          .isEqualTo(row[2]);
    }
  }

  @Test
  void addresses() {
    for (String address :
        new String[] {"127.0.0.1", "::1", "[::1]", "10.1.2.3", "fe80::1", "[2001:db8::a]"}) {
      assertThat(HostNames.address(address)).as(address).isNotNull();
    }
    for (String name :
        new String[] {"localhost", "1.2.3", "1.2.3.4.5", "1.2.3.x", "256.1.1.1", "", "a:b"}) {
      assertThat(HostNames.address(name)).as(name).isNull();
    }
    assertThat(HostNames.address("::ffff:10.0.0.1")).hasSize(4);
  }

  @Test
  void suites() {
    assertThat(CipherSuites.canonical("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305"))
        .contains("TLS_ECDHE_RSA_WITH_CHACHA20_POLY1305_SHA256");
    assertThat(CipherSuites.canonical("TLS_RSA_WITH_RC4_128_SHA")).isPresent();
    assertThat(CipherSuites.canonical("TLS_FALLBACK_SCSV")).isEmpty();
    assertThat(TlsVersions.parse("TLS1.3")).contains("TLSv1.3");
    assertThat(TlsVersions.parse("TLS1.1")).isEmpty();
  }
}
