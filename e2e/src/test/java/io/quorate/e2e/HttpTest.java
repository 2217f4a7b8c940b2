package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** What the client port answers to curl, and to those that speak no protocol at all. */
class HttpTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void endpoints(Kind kind) {
    try (Member member = Member.in(scratch).start(kind)) {
      member.awaitLog(line -> line.contains("updated storage version"), "the storage version");
      assertThat(curl(member, "/version"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Content-Type: application/json\r\n")
          .endsWith(
              "\r\n\r\n{\"etcdserver\":\"3.6.14\",\"etcdcluster\":\"3.6.0\",\"storage\":\"3.6.0\"}");
      assertThat(curl(member, "/health"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains("Content-Type: text/plain; charset=utf-8\r\n")
          .endsWith("\r\n\r\n{\"health\":\"true\",\"reason\":\"\"}");
      assertThat(curl(member, "/health?serializable=true")).startsWith("HTTP/1.1 200 OK\r\n");
      for (String path :
          List.of("/livez", "/readyz", "/livez/serializable_read", "/readyz/linearizable_read")) {
        assertThat(curl(member, path))
            .startsWith("HTTP/1.1 200 OK\r\n")
            .contains("X-Content-Type-Options: nosniff\r\n")
            .endsWith("\r\n\r\nok\n");
      }
      assertThat(curl(member, "/readyz?verbose"))
          .contains("[+]data_corruption ok\n", "[+]serializable_read ok\n")
          .contains("[+]linearizable_read ok\n", "[+]non_learner ok\n")
          .endsWith("ok\n");
      assertThat(curl(member, "/nothing"))
          .startsWith("HTTP/1.1 404 Not Found\r\n")
          .endsWith("\r\n\r\n404 page not found\n");
      assertThat(curl(member, "/health", "-X", "POST"))
          .startsWith("HTTP/1.1 405 Method Not Allowed\r\n")
          .contains("Allow: GET\r\n")
          .endsWith("\r\n\r\nMethod Not Allowed\n");
      assertThat(curl(member, "/metrics"))
          .startsWith("HTTP/1.1 200 OK\r\n")
          .contains(
              "\netcd_server_has_leader 1\n",
              "\netcd_server_version{server_version=\"3.6.14\"} 1\n");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void thousandsOfConnections(Kind kind) {
    int count = Boolean.getBoolean("long") ? 10_000 : 1_000;
    try (Member member = Member.in(scratch).start(kind)) {
      assertThat(member.checker("connections", "-count=" + count).succeeded())
          .isEqualTo(count + " connections, each asked twice\n");
    }
  }

  /** spec/api.md 5.1. The header comes from a file: no argument of a program can be any bytes. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void theVersionOfTheClientMustBeText(Kind kind) throws IOException {
    Path request = Files.write(scratch.resolve("request"), new byte[] {0, 0, 0, 0, 3, 10, 1, 'a'});
    Path header = scratch.resolve("header");
    List<String> asked = new ArrayList<>(List.of("--http2-prior-knowledge", "--output"));
    asked.addAll(List.of(scratch.resolve("answer").toString(), "--dump-header", "-"));
    asked.addAll(List.of("--header", "content-type: application/grpc", "--header", "te: trailers"));
    asked.addAll(List.of("--header", "@" + header, "--data-binary", "@" + request));
    String[] words = asked.toArray(String[]::new);
    try (Member member = Member.in(scratch).start(kind)) {
      Files.write(header, "client-api-version: a\u00ff".getBytes(StandardCharsets.ISO_8859_1));
      assertThat(curl(member, "/etcdserverpb.KV/Range", words))
          .startsWith("HTTP/2 200")
          .contains("\ngrpc-status: 3\r\n")
          .contains("\ngrpc-message: etcdserver: invalid client api version\r\n");
      Files.writeString(header, "client-api-version: \u00ff");
      assertThat(curl(member, "/etcdserverpb.KV/Range", words)).contains("\ngrpc-status: 0\r\n");
      assertThat(curl(member, "/metrics").lines())
          .filteredOn(line -> line.startsWith("etcd_server_client_requests_total{"))
          .containsExactly(
              "etcd_server_client_requests_total{client_api_version=\"\u00ff\",type=\"unary\"} 1");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void healthTellsOfAnAlarm(Kind kind) {
    try (Member member = Member.in(scratch).flags("--quota-backend-bytes=200000").start(kind)) {
      String last = "";
      for (int i = 0; i < 40 && !last.contains("NOSPACE"); i++) {
        member.etcdctl("put", "k" + i, "x".repeat(30_000));
        last = curl(member, "/health");
      }
      assertThat(last)
          .startsWith("HTTP/1.1 503 Service Unavailable\r\n")
          .endsWith("{\"health\":\"false\",\"reason\":\"ALARM NOSPACE\"}\n");
      assertThat(curl(member, "/health?exclude=NOSPACE")).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(curl(member, "/readyz")).startsWith("HTTP/1.1 200 OK\r\n");
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void badBytesOnThePort(Kind kind) throws IOException {
    Random random = new Random(7);
    List<Socket> open = new ArrayList<>();
    try (Member member = Member.in(scratch).start(kind)) {
      byte[] noise = new byte[4096];
      for (int i = 0; i < 50; i++) {
        random.nextBytes(noise);
        open.add(send(member, noise));
        open.add(send(member, preface(noise))); // HTTP/2 begins well, then noise
        open.add(send(member, new byte[] {'P', 'R'})); // half a preface, then silence
        open.add(
            send(
                member,
                ("GET /health HTTP/1.1\r\nHost: x\r\nX: ").getBytes(StandardCharsets.US_ASCII)));
      }
      byte[] endless = new byte[3 << 20];
      java.util.Arrays.fill(endless, (byte) 'a');
      open.add(send(member, concat("GET / HTTP/1.1\r\nHost: x\r\nX: ", endless)));
      open.add(send(member, concat("GET /", endless)));
      assertThat(member.etcdctl("put", "a", "1").succeeded()).isEqualTo("OK\n");
      assertThat(curl(member, "/health")).startsWith("HTTP/1.1 200 OK\r\n");
      assertThat(member.isAlive()).isTrue();
    } finally {
      for (Socket socket : open) {
        socket.close();
      }
    }
  }

  private static byte[] preface(byte[] rest) {
    return concat("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n", rest);
  }

  private static byte[] concat(String head, byte[] rest) {
    byte[] start = head.getBytes(StandardCharsets.US_ASCII);
    byte[] all = java.util.Arrays.copyOf(start, start.length + rest.length);
    System.arraycopy(rest, 0, all, start.length, rest.length);
    return all;
  }

  /** Sends and leaves the connection open; a server that hangs up early is right to do so. */
  private static Socket send(Member member, byte[] bytes) throws IOException {
    Socket socket = new Socket("127.0.0.1", member.clientPort());
    socket.setSoTimeout(1);
    try {
      OutputStream out = socket.getOutputStream();
      out.write(bytes);
      InputStream in = socket.getInputStream();
      in.read();
    } catch (IOException expected) {
      // A time-out, or the server hung up.
    }
    return socket;
  }

  private static String curl(Member member, String path, String... more) {
    Path curl = Programs.system("curl", "tests of HTTP endpoints");
    List<String> command =
        new ArrayList<>(List.of(curl.toString(), "-s", "-i", "--max-time", "60"));
    command.addAll(List.of(more));
    command.add(member.endpoint() + path);
    return Run.command(command).run().output();
  }
}
