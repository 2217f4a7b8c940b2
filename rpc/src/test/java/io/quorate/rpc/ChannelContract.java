package io.quorate.rpc;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/**
 * What every form of {@link Channel} does. The server behind it serves: Echo; Fail (request "code
 * text"); Hang; Count (client stream: how many messages and bytes); Many (server stream, request
 * "count size"); Chat (echoes each message); Meta (the metadata it got, as headers and trailers).
 */
@Timeout(120)
public abstract class ChannelContract {
  protected static final CallOptions OPTIONS = CallOptions.DEFAULT.withWaitForReady(true);

  protected abstract Channel channel();

  /** How many calls to Hang have begun at the server and not been waited for; each counts once. */
  protected abstract Semaphore hanging();

  /** The same of calls to Hang that were cancelled. */
  protected abstract Semaphore cancelled();

  private static void await(Semaphore seen) {
    try {
      assertThat(seen.tryAcquire(Heard.LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  protected static byte[] bytes(int size, int seed) {
    byte[] bytes = new byte[size];
    for (int i = 0; i < size; i++) {
      bytes[i] = (byte) (i * 31 + i / 251 + seed);
    }
    return bytes;
  }

  private static Status statusOf(Runnable call) {
    try {
      call.run();
    } catch (StatusException e) {
      return e.status();
    }
    return Status.OK;
  }

  @Test
  void unaryOfEverySize() {
    for (int size : new int[] {0, 1, 5, 100, 16_384, 65_535, 65_536, 1 << 20, 5 << 20}) {
      byte[] request = bytes(size, size);
      assertThat(channel().unary("/test.T/Echo", request, OPTIONS))
          .as("%d bytes", size)
          .isEqualTo(request);
    }
  }

  @Test
  void unaryFromManyThreads() throws Exception {
    List<Thread> threads = new ArrayList<>();
    List<Throwable> failures = new ArrayList<>();
    for (int t = 0; t < 8; t++) {
      int seed = t;
      threads.add(
          Thread.startVirtualThread(() -> {
            try {
              for (int i = 0; i < 50; i++) {
                byte[] request = bytes(i * 97, seed);
                assertThat(channel().unary("/test.T/Echo", request, OPTIONS)).isEqualTo(request);
              }
            } catch (Throwable e) {
              synchronized (failures) {
                failures.add(e);
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
  void aThousandCallsAtOnce() {
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      answers.add(channel().unaryAsync("/test.T/Echo", bytes(200, i), OPTIONS));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(answers.get(i).orTimeout(Heard.LIMIT_SECONDS, TimeUnit.SECONDS).join())
          .isEqualTo(bytes(200, i));
    }
  }

  @Test
  void aThousandStreamsAtOnce() {
    List<Heard> heard = new ArrayList<>();
    List<ClientCall> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Heard one = new Heard();
      ClientCall call = channel().start("/test.T/Chat", OPTIONS, one);
      call.request(10);
      call.send(bytes(10, i));
      heard.add(one);
      calls.add(call);
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(heard.get(i).next()).isEqualTo(bytes(10, i));
      calls.get(i).send(bytes(20, i));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(heard.get(i).next()).isEqualTo(bytes(20, i));
      calls.get(i).halfClose();
    }
    for (Heard one : heard) {
      assertThat(one.end()).isEqualTo(Status.OK);
    }
  }

  @Test
  void errorsKeepCodeAndText() {
    for (String text : new String[] {"plain", "100% of Zürich\n\tand 東京", "", "a: b; c=\"d\""}) {
      for (Code code : Code.values()) {
        if (code != Code.OK) {
          Status status =
              statusOf(() ->
                  channel()
                      .unary(
                          "/test.T/Fail", (code.number() + " " + text).getBytes(UTF_8), OPTIONS));
          assertThat(status).isEqualTo(new Status(code, text));
        }
      }
    }
  }

  @Test
  void unknownMethodAndService() {
    assertThat(statusOf(() -> channel().unary("/test.T/Nothing", new byte[0], OPTIONS)).code())
        .isEqualTo(Code.UNIMPLEMENTED);
    assertThat(statusOf(() -> channel().unary("/test.U/Echo", new byte[0], OPTIONS)).code())
        .isEqualTo(Code.UNIMPLEMENTED);
  }

  @Test
  void metadataBothWays() {
    Metadata metadata =
        new Metadata()
            .add("x-word", "hello world")
            .add("token", "secret.1")
            .addBinary("x-bytes-bin", new byte[] {0, 1, -1, -2, 127});
    Heard heard = new Heard();
    ClientCall call = channel().start("/test.T/Meta", OPTIONS.withMetadata(metadata), heard);
    call.request(1);
    call.send(new byte[0]);
    call.halfClose();
    assertThat(heard.end()).isEqualTo(Status.OK);
    assertThat(heard.trailers().first("x-word")).contains("hello world");
    assertThat(heard.trailers().first("token")).contains("secret.1");
    assertThat(heard.trailers().firstBinary("x-bytes-bin").orElseThrow())
        .containsExactly(0, 1, -1, -2, 127);
  }

  @Test
  void clientStream() {
    Heard heard = new Heard();
    ClientCall call = channel().start("/test.T/Count", OPTIONS, heard);
    for (int i = 0; i < 500; i++) {
      call.send(bytes(i, i));
    }
    call.halfClose();
    call.request(1);
    assertThat(new String(heard.next(), UTF_8)).isEqualTo("500 124750");
    assertThat(heard.end()).isEqualTo(Status.OK);
  }

  @Test
  void serverStreamInOrder() {
    Heard heard = new Heard();
    ClientCall call = channel().start("/test.T/Many", OPTIONS, heard);
    call.send("300 20000".getBytes(UTF_8));
    call.halfClose();
    call.request(1000);
    assertThat(heard.end()).isEqualTo(Status.OK);
    List<byte[]> messages = heard.rest();
    assertThat(messages).hasSize(300);
    for (int i = 0; i < 300; i++) {
      assertThat(Arrays.equals(messages.get(i), bytes(20000, i))).as("message %d", i).isTrue();
    }
  }

  @Test
  void whatIsNotTakenIsNotTold() {
    Heard heard = new Heard();
    ClientCall call = channel().start("/test.T/Many", OPTIONS, heard);
    call.send("2000 10000".getBytes(UTF_8));
    call.halfClose();
    assertThat(heard.next()).isEqualTo(bytes(10000, 0));
    assertThat(channel().unary("/test.T/Echo", new byte[1], OPTIONS)).hasSize(1); // not blocked
    assertThat(heard.waiting()).isZero();
    for (int i = 1; i < 2000; i++) {
      call.request(1);
      assertThat(Arrays.equals(heard.next(), bytes(10000, i))).as("message %d", i).isTrue();
    }
    call.request(1);
    assertThat(heard.end()).isEqualTo(Status.OK);
  }

  @Test
  void aSenderLearnsWhenToGoOn() {
    Heard heard = new Heard();
    ClientCall call = channel().start("/test.T/Count", OPTIONS, heard);
    int sent = 0;
    while (call.isWritable() && sent < 1000) {
      call.send(bytes(100_000, 0));
      sent++;
    }
    if (sent < 1000) {
      heard.awaitWritable();
    }
    call.halfClose();
    call.request(1);
    assertThat(new String(heard.next(), UTF_8)).isEqualTo(sent + " " + sent * 100_000L);
  }

  @Test
  void chatByTurns() {
    Heard heard = new Heard();
    ClientCall call = channel().start("/test.T/Chat", OPTIONS, heard);
    for (int i = 0; i < 100; i++) {
      call.send(bytes(i, i));
      assertThat(heard.next()).isEqualTo(bytes(i, i));
      call.request(1);
    }
    call.halfClose();
    assertThat(heard.end()).isEqualTo(Status.OK);
  }

  @Test
  void deadlineOfAUnaryCall() {
    // On a busy machine the time may be over before the server hears of it: then again with more.
    for (long millis = 150; !hanging().tryAcquire(); millis *= 4) {
      Duration limit = Duration.ofMillis(millis);
      long start = System.nanoTime();
      Status status =
          statusOf(
              () -> channel().unary("/test.T/Hang", new byte[0], OPTIONS.withDeadlineAfter(limit)));
      assertThat(status).isEqualTo(Status.DEADLINE_EXCEEDED);
      assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(limit.minusMillis(10).toNanos());
    }
    await(cancelled());
    assertThat(channel().unary("/test.T/Echo", new byte[2], OPTIONS)).hasSize(2);
  }

  @Test
  void deadlineOfAStream() {
    Heard heard = new Heard();
    channel().start("/test.T/Chat", OPTIONS.withDeadlineAfter(Duration.ofMillis(100)), heard);
    assertThat(heard.end()).isEqualTo(Status.DEADLINE_EXCEEDED);
  }

  @Test
  void aDeadlineThatHasPassed() {
    assertThat(
            statusOf(() ->
                channel()
                    .unary(
                        "/test.T/Hang",
                        new byte[0],
                        OPTIONS.withDeadlineAfter(Duration.ofMillis(-1)))))
        .isEqualTo(Status.DEADLINE_EXCEEDED);
  }

  @Test
  void cancellationReachesTheServer() {
    Heard heard = new Heard();
    ClientCall call = channel().start("/test.T/Hang", OPTIONS, heard);
    call.send(new byte[0]);
    call.halfClose();
    await(hanging());
    call.cancel();
    assertThat(heard.end()).isEqualTo(Status.CANCELLED);
    await(cancelled());
    call.cancel();
    call.send(new byte[5]); // no longer of interest
  }

  @Test
  void anInterruptCancels() throws Exception {
    Status[] seen = new Status[1];
    // A second call keeps the connection threaded, so that the first one waits without reading.
    Heard other = new Heard();
    ClientCall chat = channel().start("/test.T/Chat", OPTIONS, other);
    chat.send(new byte[1]);
    other.next();
    Thread thread =
        Thread.startVirtualThread(
            () -> seen[0] = statusOf(() -> channel().unary("/test.T/Hang", new byte[0], OPTIONS)));
    thread.interrupt();
    thread.join();
    assertThat(seen[0]).isEqualTo(Status.CANCELLED);
    chat.halfClose();
  }

  @Test
  void limitsBothWays() {
    assertThat(
            statusOf(() ->
                channel().unary("/test.T/Echo", new byte[101], OPTIONS.withLimits(100, 1000))))
        .isEqualTo(
            new Status(
                Code.RESOURCE_EXHAUSTED, "trying to send message larger than max (101 vs. 100)"));
    assertThat(
            statusOf(() ->
                channel().unary("/test.T/Echo", new byte[101], OPTIONS.withLimits(1000, 100))))
        .isEqualTo(
            new Status(
                Code.RESOURCE_EXHAUSTED, "grpc: received message larger than max (101 vs. 100)"));
    assertThat(channel().unary("/test.T/Echo", new byte[100], OPTIONS.withLimits(100, 100)))
        .hasSize(100);
  }

  @Test
  void aUnaryAnswerIsExactlyOne() {
    assertThat(statusOf(() -> channel().unary("/test.T/Many", "2 5".getBytes(UTF_8), OPTIONS)))
        .isEqualTo(
            new Status(
                Code.INTERNAL,
                "cardinality violation: expected <EOF> for non server-streaming RPCs, but received"
                    + " another message"));
    assertThat(statusOf(() -> channel().unary("/test.T/Many", "0 5".getBytes(UTF_8), OPTIONS)))
        .isEqualTo(
            new Status(
                Code.INTERNAL,
                "cardinality violation: received no response message from non-server-streaming"
                    + " RPC"));
  }

  @Test
  void afterCloseCallsAreRefused() {
    Channel channel = channel();
    Heard heard = new Heard();
    ClientCall call = channel.start("/test.T/Chat", OPTIONS, heard);
    call.send(new byte[1]);
    heard.next();
    channel.close();
    assertThat(heard.end()).isEqualTo(Status.CHANNEL_CLOSED);
    assertThatThrownBy(() -> channel.unary("/test.T/Echo", new byte[0], OPTIONS))
        .hasMessage("rpc error: code = Canceled desc = grpc: the client connection is closing");
  }
}
