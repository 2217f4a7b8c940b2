package io.quorate.edge;

import io.quorate.rpc.tls.CipherSuites;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.Principal;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateException;
import java.security.cert.CertificateParsingException;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import javax.net.ssl.ExtendedSSLSession;
import javax.net.ssl.KeyManager;
import javax.net.ssl.SNIServerName;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;
import javax.net.ssl.SSLHandshakeException;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509ExtendedKeyManager;
import javax.net.ssl.X509ExtendedTrustManager;
import org.jspecify.annotations.Nullable;

/** TLS engines of one listener, by the JDK. */
final class TlsEngines {
  private final TlsOptions options;
  private final SSLContext context;
  private final String[] suites;

  /**
   * @throws IllegalArgumentException if an option is not supported
   */
  TlsEngines(TlsOptions options) {
    this.options = options;
    try {
      context = SSLContext.getInstance("TLS");
      context.init(
          new KeyManager[] {new Identity(options.identity())},
          new TrustManager[] {new Clients(options)},
          null);
    } catch (GeneralSecurityException | IOException e) {
      throw new IllegalArgumentException("cannot set TLS up: " + e.getMessage(), e);
    }
    List<String> chosen = new ArrayList<>();
    for (String name : options.cipherSuites()) {
      chosen.add(
          CipherSuites.canonical(name)
              .orElseThrow(
                  () -> new IllegalArgumentException("unexpected TLS cipher suite " + name)));
    }
    suites =
        CipherSuites.enabled(
            chosen, List.of(context.getSupportedSSLParameters().getCipherSuites()));
  }

  SSLEngine engine(SocketAddress remote) {
    SSLEngine engine =
        remote instanceof InetSocketAddress tcp && !tcp.isUnresolved()
            ? context.createSSLEngine(tcp.getAddress().getHostAddress(), tcp.getPort())
            : context.createSSLEngine();
    engine.setUseClientMode(false);
    SSLParameters parameters = engine.getSSLParameters();
    parameters.setProtocols(options.versions().toArray(new String[0]));
    parameters.setCipherSuites(suites);
    parameters.setUseCipherSuitesOrder(true);
    parameters.setNeedClientAuth(options.clientAuthorities().isPresent());
    engine.setSSLParameters(parameters);
    if (options.http2()) {
      engine.setHandshakeApplicationProtocolSelector((its, offered) -> choose(offered));
    }
    return engine;
  }

  /**
   * Only h2 is offered; a client that knows but HTTP/1.1 is served without a chosen protocol, any
   * other is refused (spec/server.md 4.1).
   */
  private static @Nullable String choose(List<String> offered) {
    if (offered.contains("h2")) {
      return "h2";
    }
    return offered.contains("http/1.1") ? "" : null;
  }

  /** The client's chain after the handshake. */
  static List<X509Certificate> clientChain(SSLEngine engine) {
    return chain(engine.getSession());
  }

  private static List<X509Certificate> chain(@Nullable SSLSession session) {
    List<X509Certificate> chain = new ArrayList<>();
    if (session != null) {
      try {
        for (Certificate certificate : session.getPeerCertificates()) {
          chain.add((X509Certificate) certificate);
        }
      } catch (SSLPeerUnverifiedException e) {
        return List.of(); // it was not asked
      }
    }
    return List.copyOf(chain);
  }

  /** What is worth saying about a handshake that failed. */
  static RejectedConnection rejected(SocketAddress remote, SSLEngine engine, Throwable cause) {
    SSLSession session = engine.getHandshakeSession();
    String serverName = "";
    if (session instanceof ExtendedSSLSession extended) {
      for (SNIServerName name : extended.getRequestedServerNames()) {
        serverName = new String(name.getEncoded(), java.nio.charset.StandardCharsets.UTF_8);
      }
    }
    List<String> ips = new ArrayList<>();
    List<String> names = new ArrayList<>();
    List<X509Certificate> chain = chain(session);
    if (!chain.isEmpty()) {
      try {
        Collection<List<?>> alternatives = chain.getFirst().getSubjectAlternativeNames();
        if (alternatives != null) {
          for (List<?> alternative : alternatives) {
            switch ((Integer) alternative.get(0)) {
              case 2 -> names.add((String) alternative.get(1));
              case 7 -> ips.add((String) alternative.get(1));
              default -> {}
            }
          }
        }
      } catch (CertificateParsingException e) {
        names.clear();
      }
    }
    boolean gone =
        cause instanceof java.nio.channels.ClosedChannelException
            || cause instanceof IOException && !(cause instanceof javax.net.ssl.SSLException);
    return new RejectedConnection(remote, serverName, ips, names, gone, text(cause, gone));
  }

  private static String text(Throwable cause, boolean gone) {
    if (gone) {
      return "EOF";
    }
    for (Throwable at = cause; at != null; at = at.getCause()) {
      if (at instanceof Refused refused) {
        return String.valueOf(refused.getMessage());
      }
      if (at instanceof io.netty.handler.ssl.NotSslRecordException) {
        return "tls: first record does not look like a TLS handshake";
      }
      if (at instanceof io.netty.handler.ssl.SslHandshakeTimeoutException) {
        return "i/o timeout";
      }
    }
    String message = String.valueOf(cause.getMessage());
    if (cause instanceof SSLHandshakeException && message.contains("Empty client certificate")) {
      return "tls: client didn't provide a certificate";
    }
    int alert = message.indexOf("Received fatal alert: ");
    if (alert >= 0) {
      String name = message.substring(alert + "Received fatal alert: ".length());
      return "remote error: tls: "
          + name.replace('_', ' ').replace("unknown ca", "unknown certificate authority");
    }
    return message;
  }

  /** The check of the options said no; its text is the one to report. */
  private static final class Refused extends CertificateException {
    Refused(CertificateException cause) {
      super(cause.getMessage(), cause);
    }
  }

  /** Shows what the source gives, freshly asked for each handshake. */
  private static final class Identity extends X509ExtendedKeyManager {
    private static final String PREFIX = "at-";
    private final TlsIdentity.Source source;
    private volatile @Nullable TlsIdentity last;

    Identity(TlsIdentity.Source source) {
      this.source = source;
    }

    @Override
    public @Nullable String chooseEngineServerAlias(
        String keyType, Principal[] issuers, SSLEngine engine) {
      TlsIdentity identity;
      try {
        identity = source.current();
      } catch (IOException | GeneralSecurityException e) {
        return null; // the source has said so; the handshake fails
      }
      last = identity;
      String algorithm = identity.key().getAlgorithm();
      boolean fits =
          keyType.equals(algorithm)
              || keyType.startsWith("EC") && algorithm.equals("EC")
              || keyType.equals("RSASSA-PSS") && algorithm.equals("RSA")
              || keyType.equals("EdDSA") && algorithm.startsWith("Ed");
      return fits ? PREFIX + keyType : null;
    }

    @Override
    public X509Certificate @Nullable [] getCertificateChain(String alias) {
      TlsIdentity identity = last;
      return identity == null ? null : identity.chain().toArray(new X509Certificate[0]);
    }

    @Override
    public @Nullable PrivateKey getPrivateKey(String alias) {
      TlsIdentity identity = last;
      return identity == null ? null : identity.key();
    }

    @Override
    public @Nullable String chooseServerAlias(String keyType, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getServerAliases(String keyType, Principal[] issuers) {
      return null;
    }

    @Override
    public @Nullable String chooseClientAlias(
        String[] keyTypes, Principal[] issuers, Socket socket) {
      return null;
    }

    @Override
    public String @Nullable [] getClientAliases(String keyType, Principal[] issuers) {
      return null;
    }
  }

  /** Believes clients whose certificate one of the authorities signed, if the check agrees. */
  private static final class Clients extends X509ExtendedTrustManager {
    private final TlsOptions options;
    private final @Nullable X509ExtendedTrustManager authorities;

    Clients(TlsOptions options) throws GeneralSecurityException, IOException {
      this.options = options;
      this.authorities =
          options.clientAuthorities().isPresent()
              ? trusting(options.clientAuthorities().get())
              : null;
    }

    private static X509ExtendedTrustManager trusting(List<X509Certificate> authorities)
        throws GeneralSecurityException, IOException {
      KeyStore store = KeyStore.getInstance("PKCS12");
      store.load(null, null);
      int number = 0;
      for (X509Certificate authority : authorities) {
        store.setCertificateEntry("ca" + number++, authority);
      }
      TrustManagerFactory factory = TrustManagerFactory.getInstance("PKIX");
      factory.init(store);
      return (X509ExtendedTrustManager) factory.getTrustManagers()[0];
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      if (authorities == null) {
        throw new CertificateException("client certificates are not asked for");
      }
      authorities.checkClientTrusted(chain, authType, engine);
      String host = engine.getPeerHost();
      try {
        SocketAddress remote =
            host == null
                ? InetSocketAddress.createUnresolved("", 0)
                : new InetSocketAddress(InetAddress.ofLiteral(host), engine.getPeerPort());
        options.clientCheck().check(Arrays.asList(chain), remote);
      } catch (CertificateException e) {
        throw new Refused(e);
      }
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("engines only");
    }

    @Override
    public void checkClientTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("engines only");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, Socket socket)
        throws CertificateException {
      throw new CertificateException("a server trusts no server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType, SSLEngine engine)
        throws CertificateException {
      throw new CertificateException("a server trusts no server");
    }

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String authType)
        throws CertificateException {
      throw new CertificateException("a server trusts no server");
    }

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return authorities == null ? new X509Certificate[0] : authorities.getAcceptedIssuers();
    }
  }
}
