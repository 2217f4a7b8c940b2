package io.quorate.rpc.socket;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyServerBuilder;
import io.netty.handler.ssl.ClientAuth;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.tls.ChainVerifier;
import io.quorate.rpc.tls.Pem;
import io.quorate.rpc.tls.TestCertificates;
import io.quorate.rpc.tls.TlsClient;
import java.io.ByteArrayInputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** TLS against a server that is not ours, with certificates made here. */
@Timeout(120)
class TlsTest {
  private static final TestCertificates certificates = new TestCertificates();

  @BeforeAll
  static void makeCertificates() {
    certificates.make("root", "root", TestCertificates.authority());
    certificates.make("middle", "root", TestCertificates.authority());
    certificates.make(
        "server", "middle", TestCertificates.hosts("localhost", "*.quorate.test", "127.0.0.1"));
    certificates.make("client", "root", TestCertificates.clientOnly());
    certificates.make("stranger", "stranger", TestCertificates.authority());
  }

  private static GrpcJavaServer server(boolean clientAuth, String... protocols) throws Exception {
    SslContextBuilder builder =
        GrpcSslContexts.configure(
            SslContextBuilder.forServer(
                new ByteArrayInputStream(certificates.pem("server", "middle")),
                new ByteArrayInputStream(certificates.key("server"))),
            SslProvider.JDK);
    if (clientAuth) {
      builder
          .trustManager(new ByteArrayInputStream(certificates.pem("root")))
          .clientAuth(ClientAuth.REQUIRE);
    }
    if (protocols.length > 0) {
      builder.protocols(protocols);
    }
    SslContext context = builder.build();
    return new GrpcJavaServer(
        NettyServerBuilder.forPort(0), settings -> settings.sslContext(context));
  }

  private static Status call(GrpcJavaServer server, TlsClient.Options tls, String name) {
    ChannelOptions options =
        ChannelOptions.PLAIN
            .withConnect(Duration.ofSeconds(10), Duration.ofMillis(10))
            .withTls(new TlsClient(tls));
    Endpoint endpoint = Endpoint.tcp("127.0.0.1", server.port()).withServerName(name);
    try (EndpointChannel channel = new EndpointChannel(endpoint, options)) {
      StatusException e =
          catchThrowableOfType(
              StatusException.class,
              () -> channel.unary("/test.T/Echo", new byte[100_000], CallOptions.DEFAULT));
      return e == null ? Status.OK : e.status();
    }
  }

  private static TlsClient.Options trusting(String name) throws CertificateException {
    return TlsClient.Options.trusting(Pem.certificates(certificates.pem(name)));
  }

  private static Status refused(String reason) {
    return new Status(
        Code.UNAVAILABLE,
        "connection error: desc = \"transport: authentication handshake failed: " + reason + "\"");
  }

  @Test
  void aTrustedServerUnderEachOfItsNames() throws Exception {
    try (GrpcJavaServer server = server(false)) {
      for (String name : new String[] {"127.0.0.1", "localhost", "a.quorate.test", "LOCALHOST"}) {
        assertThat(call(server, trusting("root"), name)).as(name).isEqualTo(Status.OK);
      }
      assertThat(call(server, trusting("root"), "ignored"))
          .isEqualTo(
              refused(
                  "tls: failed to verify certificate: x509: certificate is valid for localhost,"
                      + " *.quorate.test, not ignored"));
      assertThat(call(server, trusting("root"), "10.0.0.1"))
          .isEqualTo(
              refused(
                  "tls: failed to verify certificate: x509: certificate is valid for 127.0.0.1,"
                      + " not 10.0.0.1"));
      assertThat(call(server, trusting("stranger"), "localhost"))
          .isEqualTo(
              refused(
                  "tls: failed to verify certificate: x509: certificate signed by unknown"
                      + " authority"));
      assertThat(call(server, TlsClient.Options.trustingAnybody(), "whatever"))
          .isEqualTo(Status.OK);
    }
  }

  @Test
  void theOlderProtocol() throws Exception {
    try (GrpcJavaServer server = server(false, "TLSv1.2")) {
      assertThat(call(server, trusting("root"), "localhost")).isEqualTo(Status.OK);
    }
  }

  @Test
  void clientCertificates() throws Exception {
    TlsClient.Identity identity =
        TlsClient.Identity.parse(certificates.pem("client"), certificates.key("client"));
    for (String protocol : new String[] {"TLSv1.3", "TLSv1.2"}) {
      try (GrpcJavaServer server = server(true, protocol)) {
        assertThat(
                call(
                    server,
                    trusting("root").withIdentity(() -> Optional.of(identity)),
                    "localhost"))
            .as(protocol)
            .isEqualTo(Status.OK);
        assertThat(call(server, trusting("root"), "localhost").code())
            .as(protocol)
            .isEqualTo(Code.UNAVAILABLE);
      }
    }
  }

  @Test
  void aServerThatSpeaksPlainText() throws Exception {
    try (GrpcJavaServer server = GrpcJavaServer.plain(builder -> builder)) {
      assertThat(call(server, trusting("root"), "localhost").code()).isEqualTo(Code.UNAVAILABLE);
    }
  }

  @Test
  void theTrustStoreIsLeftAlone() throws Exception {
    // A trust store that cannot be read would fail whoever parses it.
    String before = System.getProperty("javax.net.ssl.trustStore");
    System.setProperty("javax.net.ssl.trustStore", "/dev/zero/none");
    try (GrpcJavaServer server = server(false)) {
      assertThat(call(server, trusting("root"), "localhost")).isEqualTo(Status.OK);
    } finally {
      if (before == null) {
        System.clearProperty("javax.net.ssl.trustStore");
      } else {
        System.setProperty("javax.net.ssl.trustStore", before);
      }
    }
  }

  @Test
  void chains() throws Exception {
    certificates.make("short", "root", TestCertificates.authority(0));
    certificates.make("below", "short", TestCertificates.authority());
    certificates.make("tooDeep", "below", TestCertificates.hosts("x"));
    certificates.make("notCa", "client", TestCertificates.hosts("y"));
    certificates.make("narrow", "root", TestCertificates.authorityFor("quorate.test"));
    certificates.make("inside", "narrow", TestCertificates.hosts("a.quorate.test"));
    certificates.make("outside", "narrow", TestCertificates.hosts("a.example.test"));
    ChainVerifier verifier = new ChainVerifier(Pem.certificates(certificates.pem("root")));
    Instant now = Instant.now().plusSeconds(1);
    verifier.verify(chain("server", "middle"), ChainVerifier.SERVER_AUTH, now);
    verifier.verify(chain("inside", "narrow"), ChainVerifier.SERVER_AUTH, now);
    verifier.verify(chain("client"), ChainVerifier.CLIENT_AUTH, now);
    verifier.verify(chain("root"), ChainVerifier.SERVER_AUTH, now);
    Object[][] bad = {
      {chain("server"), ChainVerifier.SERVER_AUTH, now, "signed by unknown authority"},
      {chain("client"), ChainVerifier.SERVER_AUTH, now, "incompatible key usage"},
      {chain("tooDeep", "below", "short"), ChainVerifier.SERVER_AUTH, now, "path length"},
      {chain("outside", "narrow"), ChainVerifier.SERVER_AUTH, now, "not authorized to sign"},
      {chain("notCa", "client"), ChainVerifier.SERVER_AUTH, now, "cannot sign"},
      {chain("server", "middle"), ChainVerifier.SERVER_AUTH, now.plusSeconds(400_000), "is after"},
      {
        chain("server", "middle"), ChainVerifier.SERVER_AUTH, now.minusSeconds(400_000), "is before"
      },
      {new X509Certificate[0], ChainVerifier.SERVER_AUTH, now, "no certificates"},
    };
    for (Object[] row : bad) {
      assertThatThrownBy(
              () -> verifier.verify((X509Certificate[]) row[0], (String) row[1], (Instant) row[2]))
          .isInstanceOf(CertificateException.class)
          .hasMessageContaining((String) row[3]);
    }
  }

  private static X509Certificate[] chain(String... names) {
    return certificates.chain(names);
  }

  /** The listener's queue takes the connections, and nobody shakes hands. */
  @Test
  void aFailedAttemptOfACallIsFollowedByOneOfTheChannelThatStaysConnected() throws Exception {
    ChannelOptions options = ChannelOptions.PLAIN.withTls(new TlsClient(trusting("root")));
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress());
        EndpointChannel channel =
            new EndpointChannel(Endpoint.tcp("127.0.0.1", silent.getLocalPort()), options)) {
      silent.setSoTimeout(40_000);
      Thread call =
          Thread.startVirtualThread(
              () -> channel.connectWithin(TimeUnit.MILLISECONDS.toNanos(500)));
      try (Socket _ = silent.accept()) {
        channel.stayConnected();
        call.join();
        silent.accept().close();
      }
    }
  }
}
