package io.quorate.edge;

import io.quorate.rpc.tls.Pem;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * An identity in two PEM files, read anew at every handshake (spec/server.md 4.4) and parsed anew
 * when they have changed. Any thread.
 */
public final class PemFiles implements TlsIdentity.Source {
  private record Parsed(byte[] certificate, byte[] key, TlsIdentity identity) {}

  private final Path certificateFile;
  private final Path keyFile;
  private volatile @Nullable Parsed last;

  public PemFiles(Path certificateFile, Path keyFile) {
    this.certificateFile = certificateFile;
    this.keyFile = keyFile;
  }

  @Override
  public TlsIdentity current() throws IOException, GeneralSecurityException {
    byte[] certificate = Files.readAllBytes(certificateFile);
    byte[] key = Files.readAllBytes(keyFile);
    Parsed parsed = last;
    if (parsed == null
        || !Arrays.equals(certificate, parsed.certificate)
        || !Arrays.equals(key, parsed.key)) {
      parsed =
          new Parsed(
              certificate,
              key,
              new TlsIdentity(Pem.certificates(certificate), Pem.privateKey(key)));
      last = parsed;
    }
    return parsed.identity;
  }
}
