package io.quorate.rpc.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The machine's trusted certificates, where Go looks for them on Linux. */
final class SystemRoots {
  private static final List<String> FILES =
      List.of(
          "/etc/ssl/certs/ca-certificates.crt",
          "/etc/pki/tls/certs/ca-bundle.crt",
          "/etc/ssl/ca-bundle.pem",
          "/etc/pki/tls/cacert.pem",
          "/etc/pki/ca-trust/extracted/pem/tls-ca-bundle.pem",
          "/etc/ssl/cert.pem");

  private SystemRoots() {}

  /** Empty if there are none, so that no server is trusted. */
  static List<X509Certificate> load() {
    String named = System.getenv("SSL_CERT_FILE");
    for (String file : named != null && !named.isEmpty() ? List.of(named) : FILES) {
      try {
        return Pem.certificates(Files.readAllBytes(Path.of(file)));
      } catch (IOException | CertificateException _) {
        // the next place
      }
    }
    return List.of();
  }
}
