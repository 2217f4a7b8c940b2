package io.quorate.edge;

import io.quorate.rpc.tls.Pem;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;

/** The files that tls/make.sh made. */
final class Certificates {
  private Certificates() {}

  static InputStream open(String name) {
    InputStream in = Certificates.class.getResourceAsStream("tls/" + name);
    if (in == null) {
      throw new AssertionError("no resource tls/" + name);
    }
    return in;
  }

  static byte[] read(String name) {
    try (InputStream in = open(name)) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static TlsIdentity identity(String name) {
    try {
      return new TlsIdentity(
          Pem.certificates(read(name + ".pem")), Pem.privateKey(read(name + "-key.pem")));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }

  static List<X509Certificate> authorities() {
    try {
      return Pem.certificates(read("ca.pem"));
    } catch (GeneralSecurityException e) {
      throw new AssertionError(e);
    }
  }
}
