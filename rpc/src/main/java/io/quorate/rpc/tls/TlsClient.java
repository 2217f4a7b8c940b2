package io.quorate.rpc.tls;

import java.io.IOException;
import java.net.Socket;
import java.security.GeneralSecurityException;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIHostName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManager;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/**
 * The client's end of TLS for HTTP/2. X25519 is offered first and alone, because the first key of
 * any other group costs a cold JVM more than half of the whole handshake; a server that cannot do
 * it is asked again with the default groups. Safe for many threads.
 */
public final class TlsClient {
  /** Thrown when the handshake should be tried once more, on a fresh connection. */
  public static final class OtherGroupsNeeded extends IOException {
    OtherGroupsNeeded(IOException cause) {
      super(cause);
    }
  }

  /**
   * A certificate with its key.
   *
   * @param chain the leaf first
   */
  public record Identity(X509Certificate[] chain, PrivateKey key) {
    public static Identity parse(byte[] certificatePem, byte[] keyPem)
        throws GeneralSecurityException {
      List<X509Certificate> chain = Pem.certificates(certificatePem);
      if (chain.isEmpty()) {
        throw new CertificateException("tls: failed to find any PEM data in certificate input");
      }
      return new Identity(chain.toArray(new X509Certificate[0]), Pem.privateKey(keyPem));
    }
  }

  /**
   * What is asked of the server and shown to it.
   *
   * @param roots whom to trust; empty for the machine's own list
   * @param identity asked for at every handshake, so that a renewed file is taken up
   * @param skipVerify whether any certificate will do
   * @param suites canonical names of TLS 1.2 suites; empty for Go's default
   */
  public record Options(
      Optional<List<X509Certificate>> roots,
      Supplier<Optional<Identity>> identity,
      boolean skipVerify,
      TlsVersions versions,
      List<String> suites) {
    public static Options trusting(List<X509Certificate> roots) {
      return new Options(
          Optional.of(roots), new NoIdentity(), false, TlsVersions.DEFAULT, List.of());
    }

    /** Encrypted, with whomever. */
    public static Options trustingAnybody() {
      return new Options(
          Optional.of(List.of()), new NoIdentity(), true, TlsVersions.DEFAULT, List.of());
    }

    public Options withIdentity(Supplier<Optional<Identity>> own) {
      return new Options(roots, own, skipVerify, versions, suites);
    }
  }

  private static final class NoIdentity implements Supplier<Optional<Identity>> {
    @Override
    public Optional<Identity> get() {
      return Optional.empty();
    }
  }

  private final Options options;
  private final ChainVerifier verifier;
  private volatile boolean defaultGroups;

  public TlsClient(Options options) {
    this.options = options;
    this.verifier =
        new ChainVerifier(
            options.skipVerify()
                ? List.of()
                : options.roots().isPresent() ? options.roots().get() : SystemRoots.load());
  }

  /**
   * Shakes hands over a connected socket, within its read timeout.
   *
   * @param serverName what the certificate must be good for; sent as SNI unless an address
   * @throws OtherGroupsNeeded if it is to be tried again
   */
  public Socket handshake(Socket raw, String serverName, int port) throws IOException {
    SSLSocket socket;
    try {
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new OneKey(options.identity().get())},
          new TrustManager[] {new Rules(serverName)},
          null);
      socket =
          (SSLSocket)
              context.getSocketFactory().createSocket(raw, serverName, Math.max(port, 1), true);
    } catch (GeneralSecurityException e) {
      throw new SSLException(e.getMessage(), e);
    }
    boolean alone = !defaultGroups;
    SSLParameters parameters = socket.getSSLParameters();
    parameters.setApplicationProtocols(new String[] {"h2"});
    parameters.setProtocols(options.versions().protocols());
    parameters.setCipherSuites(
        CipherSuites.enabled(options.suites(), Arrays.asList(socket.getSupportedCipherSuites())));
    if (alone) {
      parameters.setNamedGroups(new String[] {"x25519"});
    }
    if (HostNames.address(serverName) == null) {
      try {
        parameters.setServerNames(List.of(new SNIHostName(serverName)));
      } catch (IllegalArgumentException _) {
        parameters.setServerNames(List.of()); // not a name that SNI can carry
      }
    }
    socket.setSSLParameters(parameters);
    try {
      socket.startHandshake();
    } catch (SSLException e) {
      if (alone && refusesTheOffer(e)) {
        defaultGroups = true;
        throw new OtherGroupsNeeded(e);
      }
      throw inGoWords(e);
    }
    if (!"h2".equals(socket.getApplicationProtocol())) {
      throw new SSLException("credentials: cannot check peer: missing selected ALPN property");
    }
    return socket;
  }

  private static boolean refusesTheOffer(SSLException e) {
    String text = String.valueOf(e.getMessage());
    return text.contains("handshake_failure")
        || text.contains("insufficient_security")
        || text.contains("illegal_parameter");
  }

  private static SSLException inGoWords(SSLException e) {
    Throwable cause = e.getCause();
    if (cause instanceof CertificateException) {
      return new SSLException("tls: failed to verify certificate: " + cause.getMessage(), e);
    }
    String text = String.valueOf(e.getMessage());
    int received = text.indexOf("Received fatal alert: ");
    if (received >= 0) {
      String alert = text.substring(received + "Received fatal alert: ".length());
      return new SSLException("remote error: tls: " + alert.replace('_', ' '), e);
    }
    if (text.startsWith("Unsupported or unrecognized SSL message")) {
      return new SSLException("tls: first record does not look like a TLS handshake", e);
    }
    return e;
  }

  /** Our rules instead of the platform's, for one handshake with {@code serverName}. */
  private final class Rules extends X509ExtendedTrustManager {
    private final String serverName;

    Rules(String serverName) {
      this.serverName = serverName;
    }

    private void check(X509Certificate[] chain) throws CertificateException {
      if (!options.skipVerify()) {
        verifier.verify(chain, ChainVerifier.SERVER_AUTH, Instant.now());
        HostNames.verify(chain[0], serverName);
      }
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      check(chain);
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, Socket socket)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type)
        throws CertificateException {
      throw new CertificateException("not a server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }

  /** Shows the one certificate that there is to whoever asks, as Go does. */
  private static final class OneKey extends X509ExtendedKeyManager {
    private static final String ALIAS = "own";
    private final @Nullable Identity identity;

    OneKey(Optional<Identity> identity) {
      this.identity = identity.orElse(null);
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] types, Principal @Nullable [] issuers, @Nullable Socket socket) {
      if (identity == null) {
        return null;
      }
      return Arrays.asList(types).contains(identity.key().getAlgorithm()) ? ALIAS : null;
    }

    @Override
    public String @Nullable [] getClientAliases(String type, Principal @Nullable [] issuers) {
      return identity == null ? null : new String[] {ALIAS};
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      return identity == null ? null : identity.chain();
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      return identity == null ? null : identity.key();
    }

    @Override
    public @Nullable String chooseServerAlias(
        String type, Principal @Nullable [] issuers, @Nullable Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String type, Principal @Nullable [] issuers) {
      return null;
    }
  }
}
