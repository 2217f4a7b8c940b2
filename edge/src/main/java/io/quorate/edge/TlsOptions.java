package io.quorate.edge;

import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.util.List;
import java.util.Optional;

/**
 * TLS of one listener.
 *
 * @param identity asked at every handshake, so that renewed files take effect
 * @param clientAuthorities if present, a client must show a certificate that one of these signed
 * @param clientCheck an additional look at a client's verified chain, leaf first
 * @param versions enabled versions, of {@code TLSv1.2} and {@code TLSv1.3}
 * @param cipherSuites enabled suites as etcd names them ({@link io.quorate.rpc.tls.CipherSuites});
 *     empty for Go's default. Those of TLS 1.3 are always enabled.
 * @param http2 whether ALPN offers {@code h2}
 */
public record TlsOptions(
    TlsIdentity.Source identity,
    Optional<List<X509Certificate>> clientAuthorities,
    ClientCheck clientCheck,
    List<String> versions,
    List<String> cipherSuites,
    boolean http2) {

  /** Refuses a client by throwing; the message is what {@link RejectedConnection} reports. */
  @FunctionalInterface
  public interface ClientCheck {
    void check(List<X509Certificate> chain, java.net.SocketAddress remote)
        throws CertificateException;
  }

  /** TLS 1.2 and 1.3, no client certificates. */
  public static TlsOptions of(TlsIdentity.Source identity) {
    return new TlsOptions(
        identity,
        Optional.empty(),
        (chain, remote) -> {},
        List.of("TLSv1.3", "TLSv1.2"),
        List.of(),
        true);
  }

  /** Clients must show a certificate signed by one of {@code authorities}. */
  public TlsOptions requiringClients(List<X509Certificate> authorities) {
    return new TlsOptions(
        identity, Optional.of(authorities), clientCheck, versions, cipherSuites, http2);
  }

  public TlsOptions clientCheck(ClientCheck check) {
    return new TlsOptions(identity, clientAuthorities, check, versions, cipherSuites, http2);
  }

  public TlsOptions versions(List<String> enabled) {
    return new TlsOptions(identity, clientAuthorities, clientCheck, enabled, cipherSuites, http2);
  }

  public TlsOptions cipherSuites(List<String> enabled) {
    return new TlsOptions(identity, clientAuthorities, clientCheck, versions, enabled, http2);
  }
}
