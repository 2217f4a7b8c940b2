package io.quorate.rpc.socket;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.grpc.netty.NettyServerBuilder;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerDomainSocketChannel;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Heard;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.hpack.HpackEncoder;
import io.quorate.rpc.http2.ErrorCode;
import io.quorate.rpc.http2.FrameWriter;
import io.quorate.rpc.http2.Frames;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.net.UnixDomainSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** What becomes of calls when their connection, or the server on it, does not behave. */
@Timeout(120)
class ConnectionTest {
  private static final CallOptions WAIT = CallOptions.DEFAULT.withWaitForReady(true);
  private static final ChannelOptions FAST =
      ChannelOptions.PLAIN.withConnect(Duration.ofSeconds(30), Duration.ofMillis(5));

  private final List<AutoCloseable> open = new ArrayList<>();

  private <T extends AutoCloseable> T closing(T one) {
    open.add(one);
    return one;
  }

  @AfterEach
  void close() throws Exception {
    for (AutoCloseable one : open.reversed()) {
      one.close();
    }
  }

  private EndpointChannel channel(int port, ChannelOptions options) {
    return closing(new EndpointChannel(Endpoint.tcp("127.0.0.1", port), options));
  }

  private static Status status(EndpointChannel channel, String method, CallOptions options) {
    StatusException e =
        catchThrowableOfType(
            StatusException.class, () -> channel.unary(method, new byte[3], options));
    return e == null ? Status.OK : e.status();
  }

  /** Those of all channels: of earlier tests too, whose threads end in their own time. */
  private static Set<Thread> readersAndWriters() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().matches("rpc-(reader|writer)"))
        .collect(Collectors.toSet());
  }

  // ---- a server that behaves

  @Test
  void aLoneCallNeedsNoThreads() throws IOException {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    Set<Thread> before = readersAndWriters();
    for (int i = 0; i < 20; i++) {
      channel.unary(
          "/test.T/Echo", new byte[i * 1000], WAIT.withDeadlineAfter(Duration.ofSeconds(40)));
    }
    assertThat(before).containsAll(readersAndWriters());
    Heard heard = new Heard();
    channel.start("/test.T/Chat", WAIT, heard).send(new byte[1]);
    heard.next();
    Set<Thread> after = readersAndWriters();
    after.removeAll(before);
    assertThat(after).hasSize(2);
  }

  @Test
  void noCallIsLostAmongManyThreads() throws Exception {
    int calls = Boolean.getBoolean("long") ? 5000 : 150;
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    List<Status> failures = Collections.synchronizedList(new ArrayList<>());
    List<Thread> threads = new ArrayList<>();
    for (int t = 0; t < 64; t++) {
      threads.add(
          Thread.startVirtualThread(() -> {
            for (int i = 0; i < calls && failures.isEmpty(); i++) {
              Status status =
                  status(channel, "/test.T/Echo", WAIT.withDeadlineAfter(Duration.ofSeconds(40)));
              if (!status.isOk()) {
                failures.add(status);
              }
            }
          }));
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(failures).isEmpty();
  }

  @Test
  void gzipBothWays() throws IOException {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    server.compress = true;
    EndpointChannel channel = channel(server.port(), FAST);
    byte[] request = "again and ".repeat(20_000).getBytes(UTF_8);
    assertThat(channel.unary("/test.T/Echo", request, WAIT.withGzip(true))).isEqualTo(request);
    assertThat(channel.unary("/test.T/Echo", request, WAIT)).isEqualTo(request);
    StatusException e =
        catchThrowableOfType(
            StatusException.class,
            () ->
                channel.unary("/test.T/Echo", request, WAIT.withGzip(true).withLimits(5000, 5000)));
    assertThat(e.status())
        .isEqualTo(
            new Status(
                Code.RESOURCE_EXHAUSTED,
                "grpc: received message after decompression larger than max 5000"));
  }

  @Test
  void moreStreamsThanTheServerAllowsWaitForTheirTurn() throws IOException {
    GrpcJavaServer server =
        closing(GrpcJavaServer.plain(builder -> builder.maxConcurrentCallsPerConnection(3)));
    EndpointChannel channel = channel(server.port(), FAST);
    channel.unary("/test.T/Echo", new byte[0], WAIT); // SETTINGS are known
    List<Heard> heard = new ArrayList<>();
    List<ClientCall> calls = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      Heard one = new Heard();
      ClientCall call = channel.start("/test.T/Chat", WAIT, one);
      call.send(new byte[] {(byte) i});
      heard.add(one);
      calls.add(call);
    }
    for (int i = 0; i < 20; i++) {
      assertThat(heard.get(i).next()).containsExactly(i);
      if (i + 3 < 20) {
        assertThat(heard.get(i + 3).waiting()).isZero();
      }
      calls.get(i).halfClose();
      calls.get(i).request(1);
      assertThat(heard.get(i).end()).isEqualTo(Status.OK);
    }
  }

  @Test
  void aServerThatGoesAwayFinishesItsCallsAndTheNextOneFindsAnother() throws Exception {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    Heard heard = new Heard();
    ClientCall chat = channel.start("/test.T/Chat", WAIT, heard);
    chat.send(new byte[1]);
    heard.next();
    server.server().shutdown();
    chat.request(5);
    chat.send(new byte[2]);
    assertThat(heard.next()).hasSize(2);
    chat.halfClose();
    assertThat(heard.end()).isEqualTo(Status.OK);
    assertThat(server.server().awaitTermination(40, TimeUnit.SECONDS)).isTrue();
    assertThat(status(channel, "/test.T/Echo", CallOptions.DEFAULT).message())
        .isEqualTo(
            "connection error: desc = \"transport: Error while dialing: dial tcp 127.0.0.1:"
                + server.port()
                + ": connect: connection refused\"");
    closing(new GrpcJavaServer(NettyServerBuilder.forPort(server.port()), builder -> builder));
    assertThat(status(channel, "/test.T/Echo", WAIT)).isEqualTo(Status.OK);
  }

  @Test
  void aConnectionWhoseStreamIdsAreUsedUpIsFollowedByAnother() throws Exception {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    Heard heard = new Heard();
    ClientCall chat = channel.start("/test.T/Chat", WAIT, heard);
    chat.send(new byte[1]);
    heard.next();
    Object outbox = valueOf(valueOf(channel, "current"), "outbox");
    field(outbox, "nextId").setInt(outbox, Integer.MAX_VALUE); // the last one
    for (int i = 0; i < 3; i++) {
      Status status =
          status(channel, "/test.T/Echo", WAIT.withDeadlineAfter(Duration.ofSeconds(40)));
      assertThat(status).isEqualTo(Status.OK);
    }
    chat.request(1);
    chat.send(new byte[2]);
    assertThat(heard.next()).hasSize(2);
  }

  private static Field field(Object owner, String name) throws NoSuchFieldException {
    Field field = owner.getClass().getDeclaredField(name);
    field.setAccessible(true);
    return field;
  }

  private static Object valueOf(Object owner, String name) throws ReflectiveOperationException {
    return field(owner, name).get(owner);
  }

  @Test
  void anIdleConnectionThatWasLostIsNoticedBeforeItsUse() throws Exception {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    channel.unary("/test.T/Echo", new byte[0], WAIT);
    server.close();
    closing(new GrpcJavaServer(NettyServerBuilder.forPort(server.port()), builder -> builder));
    long idleUntil = System.nanoTime() + 150_000_000;
    while (System.nanoTime() < idleUntil) {
      LockSupport.parkNanos(10_000_000);
    }
    assertThat(status(channel, "/test.T/Echo", WAIT)).isEqualTo(Status.OK);
  }

  @Test
  void aListenerThatFailsEndsItsCallAndNoOther() throws Exception {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    Heard other = new Heard();
    ClientCall chat = channel.start("/test.T/Chat", WAIT, other);
    CompletableFuture<Status> end = new CompletableFuture<>();
    ClientCallListener failing =
        new ClientCallListener() {
          @Override
          public void message(byte[] message) {
            throw new AssertionError("not this one");
          }

          @Override
          public void closed(Status status, Metadata trailers) {
            end.complete(status);
          }
        };
    channel.start("/test.T/Chat", WAIT, failing).send(new byte[1]);
    assertThat(end.get(40, TimeUnit.SECONDS))
        .isEqualTo(
            new Status(
                Code.INTERNAL, "the listener failed: java.lang.AssertionError: not this one"));
    chat.send(new byte[2]);
    assertThat(other.next()).hasSize(2);
  }

  @Test
  void anErrorOfTheReaderLosesTheConnectionAndLeavesNoCallHanging() throws Exception {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    AtomicBoolean once = new AtomicBoolean();
    channel.onChange(() -> {
      if (!once.getAndSet(true)) {
        throw new AssertionError("while the server is heard");
      }
    });
    Heard heard = new Heard();
    channel.start("/test.T/Chat", WAIT, heard).send(new byte[1]);
    assertThat(heard.end())
        .isEqualTo(
            new Status(
                Code.UNAVAILABLE,
                "error reading from server: java.lang.AssertionError: while the server is heard"));
    assertThat(status(channel, "/test.T/Echo", WAIT)).isEqualTo(Status.OK);
  }

  @Test
  void aChannelThatIsKeptConnectedComesBackByItself() throws Exception {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    Semaphore changes = new Semaphore(0);
    channel.onChange(changes::release);
    channel.stayConnected();
    status(channel, "/test.T/Echo", WAIT);
    assertThat(channel.isReady()).isTrue();
    changes.drainPermits();
    server.close();
    while (channel.isReady()) {
      assertThat(changes.tryAcquire(40, TimeUnit.SECONDS)).isTrue();
    }
    closing(new GrpcJavaServer(NettyServerBuilder.forPort(server.port()), builder -> builder));
    while (!channel.isReady()) {
      assertThat(changes.tryAcquire(40, TimeUnit.SECONDS)).isTrue();
    }
  }

  @Test
  void aLoneAttemptServesOneCallAndIsKeptAfterwards() throws Exception {
    GrpcJavaServer server = closing(GrpcJavaServer.plain(builder -> builder));
    EndpointChannel channel = channel(server.port(), FAST);
    assertThat(channel.connectWithin(TimeUnit.SECONDS.toNanos(40))).isTrue();
    assertThat(channel.isReady()).isTrue();
    assertThat(status(channel, "/test.T/Echo", WAIT)).isEqualTo(Status.OK);
    channel.stayConnected();
    assertThat(channel.isReady()).isTrue();
    assertThat(status(channel, "/test.T/Echo", WAIT)).isEqualTo(Status.OK);
  }

  /** The listener's queue takes the connection, and nobody ever says a word. */
  @Test
  void aLoneAttemptDoesNotWaitForASilentServer() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 5, InetAddress.getLoopbackAddress())) {
      EndpointChannel channel = channel(silent.getLocalPort(), FAST);
      assertThat(channel.connectWithin(TimeUnit.MILLISECONDS.toNanos(50))).isFalse();
    }
    EndpointChannel channel = channel(1, FAST);
    assertThat(channel.connectWithin(TimeUnit.SECONDS.toNanos(40))).isFalse();
  }

  @Test
  void keepaliveIsAnsweredByALivingServer() throws Exception {
    GrpcJavaServer server =
        closing(
            GrpcJavaServer.plain(builder -> builder.permitKeepAliveTime(1, TimeUnit.MILLISECONDS)));
    EndpointChannel channel =
        channel(server.port(), FAST.withKeepalive(Duration.ofMillis(20), Duration.ofSeconds(20)));
    Status lone = status(channel, "/test.T/Hang", WAIT.withDeadlineAfter(Duration.ofMillis(300)));
    assertThat(lone).isEqualTo(Status.DEADLINE_EXCEEDED); // and not lost before
    Heard heard = new Heard();
    channel.start("/test.T/Chat", WAIT.withDeadlineAfter(Duration.ofMillis(300)), heard);
    assertThat(heard.end()).isEqualTo(Status.DEADLINE_EXCEEDED);
  }

  @Test
  void tooManyPings() throws Exception {
    GrpcJavaServer server =
        closing(GrpcJavaServer.plain(builder -> builder.permitKeepAliveTime(1, TimeUnit.HOURS)));
    EndpointChannel channel =
        channel(server.port(), FAST.withKeepalive(Duration.ofMillis(20), Duration.ofSeconds(30)));
    Heard heard = new Heard();
    channel.start("/test.T/Chat", WAIT.withDeadlineAfter(Duration.ofSeconds(40)), heard);
    assertThat(heard.end().code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(heard.end().message())
        .contains("code: ENHANCE_YOUR_CALM, debug data: \"too_many_pings\"");
  }

  @Test
  void unixSocket(@TempDir Path folder) throws Exception {
    Path path = folder.resolve("s");
    try (var group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory())) {
      GrpcJavaServer server =
          closing(
              new GrpcJavaServer(
                  NettyServerBuilder.forAddress(UnixDomainSocketAddress.of(path))
                      .channelType(NioServerDomainSocketChannel.class)
                      .bossEventLoopGroup(group)
                      .workerEventLoopGroup(group),
                  builder -> builder));
      EndpointChannel channel = closing(new EndpointChannel(Endpoint.unix(path), FAST));
      assertThat(channel.unary("/test.T/Echo", new byte[300_000], WAIT)).hasSize(300_000);
      assertThat(status(channel, "/test.T/Hang", WAIT.withDeadlineAfter(Duration.ofMillis(100))))
          .isEqualTo(Status.DEADLINE_EXCEEDED);
      channel.close();
      server.close();
    }
  }

  // ---- servers that do not

  /** Answers each connection with {@code script}, then says and reads what the script says. */
  @FunctionalInterface
  private interface Script {
    void run(InputStream in, OutputStream out) throws IOException, InterruptedException;
  }

  private int scripted(Script script) throws IOException {
    ServerSocket listener = closing(new ServerSocket(0, 50, InetAddress.getLoopbackAddress()));
    Thread.ofPlatform()
        .daemon()
        .start(() -> {
          try {
            while (true) {
              Socket socket = closing(listener.accept());
              Thread.ofPlatform()
                  .daemon()
                  .start(() -> {
                    try (socket) {
                      socket.getInputStream().readNBytes(24);
                      script.run(socket.getInputStream(), socket.getOutputStream());
                    } catch (IOException | InterruptedException _) {
                      // the client went away, as it should
                    }
                  });
            }
          } catch (IOException _) {
            // closed
          }
        });
    return listener.getLocalPort();
  }

  private static byte[] frames(Consumer<FrameWriter> what) {
    FrameWriter out = new FrameWriter();
    what.accept(out);
    return Arrays.copyOf(out.buffer(), out.length());
  }

  private static void drain(InputStream in) throws IOException {
    in.transferTo(OutputStream.nullOutputStream());
  }

  /** Reads frames up to the first one of DATA. */
  private static void awaitRequest(InputStream in) throws IOException {
    while (true) {
      byte[] head = in.readNBytes(9);
      if (head.length < 9) {
        return;
      }
      in.readNBytes((head[0] & 0xff) << 16 | (head[1] & 0xff) << 8 | head[2] & 0xff);
      if (head[3] == Frames.DATA) {
        return;
      }
    }
  }

  private Status against(Script script) throws IOException {
    return status(
        channel(scripted(script), FAST),
        "/test.T/Echo",
        CallOptions.DEFAULT.withDeadlineAfter(Duration.ofSeconds(40)));
  }

  @Test
  void aWebServer() throws IOException {
    Status status =
        against((in, out) -> {
          out.write("HTTP/1.1 400 Bad Request\r\nConnection: close\r\n\r\n".getBytes(UTF_8));
          drain(in);
        });
    assertThat(status.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.message()).startsWith("connection error: desc = \"error reading server");
  }

  /** The first address takes connections into its queue until that is full, and then drops them. */
  @Test
  void anAddressThatDoesNotAnswerLeavesTimeForTheNext() throws Exception {
    InetAddress first = InetAddress.getByName("127.0.0.1");
    InetAddress second = InetAddress.getByName("127.0.0.2");
    ServerSocket full = closing(new ServerSocket(0, 1, first));
    int port = full.getLocalPort();
    closing(new ServerSocket(port, 5, second));
    boolean filled = false;
    while (!filled) {
      try {
        closing(new Socket()).connect(full.getLocalSocketAddress(), 50);
      } catch (SocketTimeoutException _) {
        filled = true;
      }
    }
    InetAddress[] addresses = {first, second};
    long deadline = System.nanoTime() + TimeUnit.SECONDS.toNanos(2);
    try (Socket socket = Wire.dial(addresses, port, deadline)) {
      assertThat(socket.getInetAddress()).isEqualTo(second);
    }
  }

  @Test
  void aServerThatHangsUpAtOnce() throws IOException {
    assertThat(against((in, out) -> {}).code()).isEqualTo(Code.UNAVAILABLE);
  }

  /** As the Go client words it. */
  @Test
  void aServerThatIsKilledInTheMiddle() {
    assertThat(Wire.readError(new SocketException("Connection reset")))
        .isEqualTo("connection reset by peer");
  }

  @Test
  void aCallThatEndsBeforeTheServerIsHeardSaysSo() throws IOException {
    EndpointChannel silent = channel(scripted((in, out) -> drain(in)), FAST);
    assertThatThrownBy(() ->
            silent.unary(
                "/test.T/Echo", new byte[3], WAIT.withDeadlineAfter(Duration.ofMillis(50))))
        .isInstanceOf(StatusException.class)
        .hasMessage(
            "rpc error: code = DeadlineExceeded desc = context deadline exceeded while waiting for"
                + " connections to become ready");
  }

  @Test
  void aServerThatHangsUpInTheMiddle() throws IOException {
    Status status =
        against((in, out) -> {
          out.write(frames(FrameWriter::settings));
          awaitRequest(in);
        });
    assertThat(status.code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status.message()).startsWith("error reading from server: ");
  }

  @Test
  void aServerThatSaysNothing() throws IOException {
    EndpointChannel channel =
        channel(
            scripted((in, out) -> drain(in)),
            ChannelOptions.PLAIN.withConnect(Duration.ofMillis(100), Duration.ofMillis(5)));
    assertThat(status(channel, "/test.T/Echo", CallOptions.DEFAULT))
        .isEqualTo(
            new Status(
                Code.UNAVAILABLE,
                "connection error: desc = \"error reading server preface: timed out waiting for"
                    + " server handshake\""));
    Heard heard = new Heard();
    EndpointChannel second =
        channel(
            scripted((in, out) -> drain(in)),
            ChannelOptions.PLAIN.withConnect(Duration.ofMillis(100), Duration.ofMillis(5)));
    second.start("/test.T/Chat", CallOptions.DEFAULT, heard);
    assertThat(heard.end().code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(status(second, "/test.T/Echo", WAIT.withDeadlineAfter(Duration.ofMillis(300))))
        .isEqualTo(Status.DEADLINE_EXCEEDED);
  }

  @Test
  void aServerThatFallsSilentIsGivenUpByKeepalive() throws IOException {
    Script silent =
        (in, out) -> {
          out.write(frames(FrameWriter::settings));
          drain(in);
        };
    ChannelOptions alive = FAST.withKeepalive(Duration.ofMillis(50), Duration.ofMillis(100));
    Status expected =
        new Status(Code.UNAVAILABLE, "keepalive ping failed to receive ACK within timeout");
    assertThat(status(channel(scripted(silent), alive), "/test.T/Echo", CallOptions.DEFAULT))
        .isEqualTo(expected);
    Heard heard = new Heard();
    channel(scripted(silent), alive).start("/test.T/Chat", CallOptions.DEFAULT, heard);
    assertThat(heard.end()).isEqualTo(expected);
  }

  @Test
  void whatWasNotServedIsTriedAgain() throws IOException {
    int[] connections = new int[1];
    int port =
        scripted((in, out) -> {
          int number;
          synchronized (connections) {
            number = connections[0]++;
          }
          out.write(frames(FrameWriter::settings));
          awaitRequest(in);
          if (number == 0) {
            out.write(frames(f -> f.goAway(0, ErrorCode.NO_ERROR, new byte[0])));
          } else if (number == 1) {
            out.write(frames(f -> f.resetStream(1, ErrorCode.REFUSED_STREAM)));
            awaitRequest(in);
          }
          byte[] ok = answer();
          out.write(frames(f -> f.headers(number == 1 ? 3 : 1, true, ok, ok.length, 16384)));
          drain(in);
        });
    assertThat(status(channel(port, FAST), "/test.T/Fail", CallOptions.DEFAULT))
        .isEqualTo(new Status(Code.NOT_FOUND, "x"));
    assertThat(connections[0]).isEqualTo(2);
  }

  /** A trailers-only answer: NOT_FOUND, "x". */
  private static byte[] answer() {
    HpackEncoder hpack = new HpackEncoder(0);
    hpack.begin();
    hpack.header(":status", "200");
    hpack.header("content-type", "application/grpc");
    hpack.header("grpc-status", "5");
    hpack.header("grpc-message", "x");
    return Arrays.copyOf(hpack.buffer(), hpack.length());
  }

  private Status answered(Consumer<FrameWriter> what) throws IOException {
    return against((in, out) -> {
      out.write(frames(FrameWriter::settings));
      awaitRequest(in);
      out.write(frames(what));
      drain(in);
    });
  }

  private static byte[] block(String... namesAndValues) {
    HpackEncoder hpack = new HpackEncoder(0);
    hpack.begin();
    for (int i = 0; i < namesAndValues.length; i += 2) {
      hpack.header(namesAndValues[i], namesAndValues[i + 1]);
    }
    return Arrays.copyOf(hpack.buffer(), hpack.length());
  }

  @Test
  void answersThatAreNone() throws IOException {
    byte[] html = block(":status", "502", "content-type", "text/html");
    assertThat(answered(f -> f.headers(1, false, html, html.length, 16384)))
        .isEqualTo(
            new Status(
                Code.UNAVAILABLE,
                "unexpected HTTP status code received from server: 502 (Bad Gateway); transport:"
                    + " received unexpected content-type \"text/html\""));
    byte[] good = block(":status", "200", "content-type", "application/grpc");
    assertThat(
            answered(f -> {
              f.headers(1, false, good, good.length, 16384);
              f.data(1, true, new byte[5], 0, 5);
            }))
        .isEqualTo(new Status(Code.INTERNAL, "server closed the stream without sending trailers"));
    assertThat(
            answered(f -> {
              f.headers(1, false, good, good.length, 16384);
              f.headers(1, false, good, good.length, 16384);
            }))
        .isEqualTo(
            new Status(Code.INTERNAL, "a HEADERS frame cannot appear in the middle of a stream"));
    assertThat(answered(f -> f.data(1, false, new byte[5], 0, 5)).code()).isEqualTo(Code.INTERNAL);
    assertThat(answered(f -> f.data(7, false, new byte[5], 0, 5)).code())
        .isEqualTo(Code.UNAVAILABLE);
    assertThat(answered(f -> f.resetStream(1, ErrorCode.INTERNAL_ERROR)))
        .isEqualTo(
            new Status(
                Code.INTERNAL, "stream terminated by RST_STREAM with error code: INTERNAL_ERROR"));
    assertThat(answered(f -> f.windowUpdate(1, Integer.MAX_VALUE)).code()).isEqualTo(Code.INTERNAL);
    assertThat(answered(f -> f.windowUpdate(0, Integer.MAX_VALUE)).code())
        .isEqualTo(Code.UNAVAILABLE);
    assertThat(answered(f -> f.pushPromise(1, 2, good, good.length, 16384)).code())
        .isEqualTo(Code.UNAVAILABLE);
    byte[] broken = HexFormat.of().parseHex("ff");
    assertThat(answered(f -> f.headers(1, true, broken, 1, 16384)).code())
        .isEqualTo(Code.UNAVAILABLE);
    byte[] odd = block(":status", "200", "content-type", "application/grpc", "grpc-status", "none");
    assertThat(answered(f -> f.headers(1, true, odd, odd.length, 16384)).code())
        .isEqualTo(Code.UNKNOWN);
  }

  @Test
  void moreDataThanTheWindow() throws IOException {
    byte[] good = block(":status", "200", "content-type", "application/grpc");
    Heard heard = new Heard();
    int port =
        scripted((in, out) -> {
          out.write(frames(FrameWriter::settings));
          awaitRequest(in);
          out.write(frames(f -> f.headers(1, false, good, good.length, 16384)));
          byte[] small = new byte[16_000]; // empty messages, which nobody takes
          for (int i = 0; i < 100; i++) {
            out.write(frames(f -> f.data(1, false, small, 0, small.length)));
          }
          drain(in);
        });
    ClientCall call = channel(port, FAST).start("/test.T/Chat", WAIT, heard);
    call.send(new byte[100]);
    assertThat(heard.end().code()).isEqualTo(Code.INTERNAL);
  }

  @Test
  void garbageEndsEveryCall() throws IOException {
    int rounds = Boolean.getBoolean("long") ? 2000 : 60;
    Random random = new Random(42);
    for (int round = 0; round < rounds; round++) {
      int form = round % 3;
      byte[] garbage = new byte[1 + random.nextInt(2000)];
      random.nextBytes(garbage);
      byte[] typed = new byte[9 + random.nextInt(60)];
      random.nextBytes(typed);
      typed[0] = 0;
      typed[1] = 0;
      typed[2] = (byte) (typed.length - 9);
      typed[3] = (byte) random.nextInt(10);
      typed[5] = 0;
      typed[6] = 0;
      typed[7] = 0;
      typed[8] = (byte) random.nextInt(3);
      Status status =
          against((in, out) -> {
            if (form > 0) {
              out.write(frames(FrameWriter::settings));
              awaitRequest(in);
            }
            out.write(form == 2 ? typed : garbage);
          });
      assertThat(status.code())
          .as("round %d: %s", round, status)
          .isNotEqualTo(Code.OK)
          .isNotEqualTo(Code.DEADLINE_EXCEEDED);
    }
  }

  @Test
  void aRefusedPortFailsAtOnceOrWaits() throws IOException {
    GrpcJavaServer gone = GrpcJavaServer.plain(builder -> builder);
    int port = gone.port();
    gone.close();
    EndpointChannel channel = channel(port, FAST);
    assertThat(status(channel, "/test.T/Echo", CallOptions.DEFAULT).code())
        .isEqualTo(Code.UNAVAILABLE);
    assertThat(status(channel, "/test.T/Echo", WAIT.withDeadlineAfter(Duration.ofMillis(60))))
        .isEqualTo(Status.DEADLINE_EXCEEDED);
    Heard heard = new Heard();
    ClientCall call = channel.start("/test.T/Chat", WAIT, heard);
    call.send(new byte[1]);
    closing(new GrpcJavaServer(NettyServerBuilder.forPort(port), builder -> builder));
    assertThat(heard.next()).hasSize(1);
    assertThat(new Metadata().size()).isZero();
  }

  @Test
  void headersBeyondTheServersLimitAreNotSent() throws IOException {
    GrpcJavaServer server =
        closing(GrpcJavaServer.plain(builder -> builder.maxInboundMetadataSize(1000)));
    EndpointChannel channel = channel(server.port(), FAST);
    channel.unary("/test.T/Echo", new byte[0], WAIT);
    Status status =
        status(
            channel, "/test.T/Echo", WAIT.withMetadata(new Metadata().add("x", "y".repeat(2000))));
    assertThat(status)
        .isEqualTo(
            new Status(
                Code.INTERNAL,
                "header list size to send violates the maximum size (1000 bytes) set by server"));
  }

  @Test
  void framesSettingsAreFollowed() throws IOException {
    // A server with tiny windows: everything still gets through, in order.
    GrpcJavaServer server =
        closing(
            GrpcJavaServer.plain(
                builder -> builder.initialFlowControlWindow(Frames.DEFAULT_WINDOW)));
    EndpointChannel channel = channel(server.port(), FAST);
    byte[] large = new byte[3_000_000];
    new Random(1).nextBytes(large);
    assertThat(channel.unary("/test.T/Echo", large, WAIT)).isEqualTo(large);
  }
}
