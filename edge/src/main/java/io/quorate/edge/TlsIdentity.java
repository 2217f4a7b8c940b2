package io.quorate.edge;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * A server's certificate chain, leaf first, and its key.
 *
 * @param chain leaf first
 */
public record TlsIdentity(List<X509Certificate> chain, PrivateKey key) {
  /** Gives the identity to show, at each handshake. Called on an event loop; any thread. */
  @FunctionalInterface
  public interface Source {
    TlsIdentity current() throws IOException, GeneralSecurityException;
  }
}
