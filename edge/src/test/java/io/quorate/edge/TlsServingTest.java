package io.quorate.edge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.grpc.netty.GrpcSslContexts;
import io.grpc.netty.NettyChannelBuilder;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.net.Socket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import javax.net.ssl.TrustManagerFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** TLS: protocols inside it, client certificates, versions, and what a failure says. */
@Timeout(120)
class TlsServingTest {
  private final Queue<RejectedConnection> rejected = new ConcurrentLinkedQueue<>();
  private final EdgeListener events =
      new EdgeListener() {
        @Override
        public void connectionRejected(Listener listener, RejectedConnection connection) {
          rejected.add(connection);
        }
      };

  private static TlsOptions options() {
    TlsIdentity server = Certificates.identity("server");
    return TlsOptions.of(() -> server);
  }

  private TestEdge serve(TlsOptions tls) {
    return TestEdge.start(
        events, serving -> Serving.secure(tls).grpc(serving.grpc().orElseThrow()).http(new Web()));
  }

  private static JavaClient grpc(int port, String identity) throws Exception {
    SslContextBuilder tls =
        GrpcSslContexts.configure(SslContextBuilder.forClient(), SslProvider.JDK)
            .trustManager(Certificates.open("ca.pem"));
    if (!identity.isEmpty()) {
      TlsIdentity known = Certificates.identity(identity);
      tls.keyManager(known.key(), known.chain().toArray(new X509Certificate[0]));
    }
    return new JavaClient(
        NettyChannelBuilder.forAddress("127.0.0.1", port).sslContext(tls.build()).build());
  }

  private static SSLContext client(String identity) throws Exception {
    KeyStore trusted = KeyStore.getInstance("PKCS12");
    trusted.load(null, null);
    trusted.setCertificateEntry("ca", Certificates.authorities().getFirst());
    var trust = TrustManagerFactory.getInstance("PKIX");
    trust.init(trusted);
    var keys = KeyManagerFactory.getInstance("PKIX");
    KeyStore own = KeyStore.getInstance("PKCS12");
    own.load(null, null);
    if (!identity.isEmpty()) {
      TlsIdentity known = Certificates.identity(identity);
      PrivateKey key = known.key();
      own.setKeyEntry("own", key, new char[0], known.chain().toArray(new X509Certificate[0]));
    }
    keys.init(own, new char[0]);
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys.getKeyManagers(), trust.getTrustManagers(), null);
    return context;
  }

  private static String get(int port, String path, HttpClient.Version version, String identity)
      throws Exception {
    try (var client =
        HttpClient.newBuilder().version(version).sslContext(client(identity)).build()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + port + path)).build(),
              BodyHandlers.ofString())
          .body();
    }
  }

  @Test
  void grpcAndHttpOfBothVersionsShareAPort() throws Exception {
    try (var edge = serve(options());
        var grpc = grpc(edge.port(), "")) {
      assertThat(grpc.unary("test.Echo/Unary", new byte[200_000])).hasSize(200_000);
      assertThat(get(edge.port(), "/who", HttpClient.Version.HTTP_1_1, ""))
          .isEqualTo("HTTP/1.1 true []");
      assertThat(get(edge.port(), "/who", HttpClient.Version.HTTP_2, ""))
          .isEqualTo("HTTP/2.0 true []");
      assertThat(get(edge.port(), "/stream?5000", HttpClient.Version.HTTP_2, ""))
          .hasSize(5_000_000);
    }
  }

  /** A handshake and a first read, where TLS 1.3 shows whether the certificate was liked. */
  private static void knock(int port, String identity) throws Exception {
    try (var socket =
        (SSLSocket) client(identity).getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      if (socket.getInputStream().read() < 0) {
        throw new IOException("closed");
      }
    }
  }

  @Test
  void http2BodiesStreamUpAndDown() throws Exception {
    try (var edge = serve(options());
        var client = HttpClient.newBuilder().sslContext(client("")).build()) {
      for (String path : List.of("/echo", "/count")) {
        var response =
            client.send(
                HttpRequest.newBuilder(URI.create("https://127.0.0.1:" + edge.port() + path))
                    .POST(HttpRequest.BodyPublishers.ofByteArray(new byte[3_000_000]))
                    .build(),
                BodyHandlers.ofString());
        assertThat(response.body().length()).isIn(3_000_000, 7);
      }
    }
  }

  @Test
  void plainAndTlsOnOnePort() throws Exception {
    try (var edge =
            TestEdge.start(serving ->
                Serving.secure(options())
                    .andPlain()
                    .grpc(serving.grpc().orElseThrow())
                    .http(new Web()));
        var secure = grpc(edge.port(), "");
        var plain = JavaClient.plain(edge.port());
        var http = HttpClient.newHttpClient()) {
      assertThat(secure.unary("test.Echo/Unary", new byte[1])).hasSize(1);
      assertThat(plain.unary("test.Echo/Unary", new byte[2])).hasSize(2);
      assertThat(
              http.send(
                      HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + edge.port() + "/who"))
                          .build(),
                      BodyHandlers.ofString())
                  .body())
          .isEqualTo("HTTP/1.1 false []");
    }
  }

  @Test
  void aClientIsKnownByItsCertificate() throws Exception {
    try (var edge = serve(options().requiringClients(Certificates.authorities()))) {
      assertThat(get(edge.port(), "/who", HttpClient.Version.HTTP_1_1, "client"))
          .isEqualTo("HTTP/1.1 true [CN=alice]");
      try (var grpc = grpc(edge.port(), "client")) {
        assertThat(grpc.unary("test.Echo/Unary", new byte[1])).hasSize(1);
      }
      assertThat(rejected).isEmpty();
      assertThatThrownBy(() -> knock(edge.port(), "")).isInstanceOf(IOException.class);
      Eventually.holds(() -> rejected.size() == 1);
      assertThat(rejected.peek().error()).isEqualTo("tls: client didn't provide a certificate");
      rejected.clear();
      assertThatThrownBy(() -> knock(edge.port(), "stranger")).isInstanceOf(IOException.class);
      Eventually.holds(() -> rejected.size() == 1);
    }
  }

  @Test
  void theCheckOfTheOptionsMayRefuse() throws Exception {
    TlsOptions strict =
        options()
            .requiringClients(Certificates.authorities())
            .clientCheck((chain, remote) -> {
              throw new CertificateException("client certificate authentication failed");
            });
    try (var edge = serve(strict)) {
      assertThatThrownBy(() -> knock(edge.port(), "client")).isInstanceOf(IOException.class);
      Eventually.holds(() -> rejected.size() == 1);
      assertThat(rejected.peek().error()).isEqualTo("client certificate authentication failed");
    }
  }

  @Test
  void whatIsNoTlsIsRejectedAndSilenceTimesOut() throws Exception {
    Limits quick =
        Limits.DEFAULT.withTimes(
            Duration.ofMillis(300), Duration.ofSeconds(30), Duration.ofDays(1));
    try (var edge = serve(options());
        var impatient =
            TestEdge.start(
                events, serving -> Serving.secure(options()).limits(quick).http(new Web()))) {
      try (var socket = new Socket("127.0.0.1", edge.port())) {
        socket
            .getOutputStream()
            .write("GET / HTTP/1.1\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
        socket.setSoTimeout(40_000);
        socket.getInputStream().readAllBytes();
      }
      Eventually.holds(() -> rejected.size() == 1);
      assertThat(rejected.poll().error())
          .isEqualTo("tls: first record does not look like a TLS handshake");
      try (var socket = new Socket("127.0.0.1", impatient.port())) {
        socket.setSoTimeout(40_000);
        assertThat(socket.getInputStream().read()).isNegative();
      }
      Eventually.holds(() -> rejected.size() == 1);
      assertThat(rejected.poll().error()).isEqualTo("i/o timeout");
      new Socket("127.0.0.1", edge.port()).close();
      Eventually.holds(() -> rejected.size() == 1);
      assertThat(rejected.poll()).matches(RejectedConnection::endOfFile);
    }
  }

  @Test
  void versionsSuitesAndProtocolsAreThoseAllowed() throws Exception {
    TlsOptions narrow =
        options()
            .versions(List.of("TLSv1.2"))
            .cipherSuites(List.of("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305"));
    try (var edge = serve(narrow)) {
      try (var socket =
          (SSLSocket) client("").getSocketFactory().createSocket("127.0.0.1", edge.port())) {
        socket.startHandshake();
        assertThat(socket.getSession().getProtocol()).isEqualTo("TLSv1.2");
        assertThat(socket.getSession().getCipherSuite())
            .isEqualTo("TLS_ECDHE_ECDSA_WITH_CHACHA20_POLY1305_SHA256");
      }
      assertThat(protocol(edge.port(), "http/1.1", "h2")).isEqualTo("h2");
      assertThat(protocol(edge.port(), "http/1.1")).isEmpty();
      assertThatThrownBy(() -> protocol(edge.port(), "spdy/3")).isInstanceOf(IOException.class);
    }
  }

  private static String protocol(int port, String... offered) throws Exception {
    try (var socket = (SSLSocket) client("").getSocketFactory().createSocket("127.0.0.1", port)) {
      var parameters = socket.getSSLParameters();
      parameters.setApplicationProtocols(offered);
      socket.setSSLParameters(parameters);
      socket.startHandshake();
      return socket.getApplicationProtocol();
    }
  }

  @Test
  void renewedFilesShowAtTheNextHandshake(@TempDir Path folder) throws Exception {
    Path certificate = folder.resolve("server.pem");
    Path key = folder.resolve("server-key.pem");
    Files.write(certificate, Certificates.read("server.pem"));
    Files.write(key, Certificates.read("server-key.pem"));
    try (var edge = serve(TlsOptions.of(new PemFiles(certificate, key)))) {
      assertThat(shown(edge.port())).isEqualTo("CN=server");
      Files.write(certificate, Certificates.read("server-rsa.pem"));
      Files.write(key, Certificates.read("server-rsa-key.pem"));
      assertThat(shown(edge.port())).isEqualTo("CN=server-rsa");
      Files.delete(key);
      assertThatThrownBy(() -> shown(edge.port())).isInstanceOf(IOException.class);
    }
  }

  private static String shown(int port) throws Exception {
    try (var socket = (SSLSocket) client("").getSocketFactory().createSocket("127.0.0.1", port)) {
      socket.startHandshake();
      return ((X509Certificate) socket.getSession().getPeerCertificates()[0])
          .getSubjectX500Principal()
          .getName();
    }
  }
}
