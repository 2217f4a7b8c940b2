package io.quorate.etcdctl;

import io.quorate.cli.command.Failure;
import io.quorate.rpc.tls.Pem;
import io.quorate.rpc.tls.TlsClient;
import io.quorate.rpc.tls.TlsVersions;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/** The certificates that the flags name (spec/ctl.md 2.5). */
final class TlsFiles {
  private TlsFiles() {}

  static TlsClient.Options read(GlobalFlags global) {
    return read(
        global.cert.value(),
        global.key.value(),
        global.caCert.value(),
        global.insecureSkipVerify.value());
  }

  /** Empty names are files that were not given. */
  static TlsClient.Options read(String cert, String key, String caCert, boolean trustAnybody) {
    if (cert.isEmpty() != key.isEmpty()) {
      throw Failure.badArguments(
          "KeyFile and CertFile must both be present[key: " + key + ", cert: " + cert + "]");
    }
    try {
      Optional<TlsClient.Identity> identity =
          cert.isEmpty()
              ? Optional.empty()
              : Optional.of(TlsClient.Identity.parse(bytes(cert), bytes(key)));
      Optional<List<X509Certificate>> roots =
          caCert.isEmpty() ? Optional.empty() : Optional.of(Pem.certificates(bytes(caCert)));
      return new TlsClient.Options(
          roots, () -> identity, trustAnybody, TlsVersions.DEFAULT, List.of());
    } catch (GeneralSecurityException e) {
      throw Failure.badArguments(String.valueOf(e.getMessage()));
    }
  }

  private static byte[] bytes(String file) {
    try {
      return Files.readAllBytes(Path.of(file));
    } catch (NoSuchFileException _) {
      throw Failure.badArguments("open " + file + ": no such file or directory");
    } catch (IOException e) {
      throw Failure.badArguments("open " + file + ": " + e.getMessage());
    }
  }
}
