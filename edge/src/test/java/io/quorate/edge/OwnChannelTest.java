package io.quorate.edge;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.socket.ChannelOptions;
import io.quorate.rpc.socket.Endpoint;
import io.quorate.rpc.socket.EndpointChannel;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The project's own client at the project's own server: both ends of what {@code rpc} promises. */
@Timeout(120)
class OwnChannelTest {
  private static final CallOptions WAIT = CallOptions.DEFAULT.withWaitForReady(true);

  private final TestEdge edge = TestEdge.start();
  private final EndpointChannel channel =
      new EndpointChannel(Endpoint.tcp("127.0.0.1", edge.port()), ChannelOptions.PLAIN);

  @AfterEach
  void close() {
    channel.close();
    edge.close();
  }

  private static final class Heard implements ClientCallListener {
    final LinkedBlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    final CompletableFuture<Status> end = new CompletableFuture<>();
    volatile Metadata trailers = new Metadata();

    @Override
    public void message(byte[] message) {
      messages.add(message);
    }

    @Override
    public void closed(Status status, Metadata with) {
      trailers = with;
      end.complete(status);
    }

    byte[] next() throws InterruptedException {
      byte[] message = messages.poll(40, TimeUnit.SECONDS);
      assertThat(message).as("a message within 40 s; ended: %s", end).isNotNull();
      return message;
    }

    Status end() {
      return end.orTimeout(40, TimeUnit.SECONDS).join();
    }
  }

  private Status status(String method, byte[] request, CallOptions options) {
    StatusException e =
        catchThrowableOfType(StatusException.class, () -> channel.unary(method, request, options));
    return e == null ? Status.OK : e.status();
  }

  @Test
  void unaryOfEverySizeWithAndWithoutGzip() {
    for (int size : new int[] {0, 1, 16_384, 65_536, 1_000_000}) {
      byte[] request = "x".repeat(size).getBytes(UTF_8);
      assertThat(channel.unary("/test.Echo/Unary", request, WAIT)).isEqualTo(request);
      assertThat(channel.unary("/test.Echo/UnaryElsewhere", request, WAIT.withGzip(true)))
          .isEqualTo(request);
    }
  }

  @Test
  void aThousandCallsAndAThousandStreams() throws Exception {
    List<CompletableFuture<byte[]>> answers = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      answers.add(
          channel.unaryAsync("/test.Echo/Unary", Integer.toString(i).getBytes(UTF_8), WAIT));
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(new String(answers.get(i).get(40, TimeUnit.SECONDS), UTF_8))
          .isEqualTo(Integer.toString(i));
    }
    List<Heard> heard = new ArrayList<>();
    List<ClientCall> calls = new ArrayList<>();
    for (int i = 0; i < 1000; i++) {
      Heard one = new Heard();
      ClientCall call = channel.start("/test.Echo/Chat", WAIT, one);
      call.request(1);
      call.send(Integer.toString(i).getBytes(UTF_8));
      heard.add(one);
      calls.add(call);
    }
    for (int i = 0; i < 1000; i++) {
      assertThat(new String(heard.get(i).next(), UTF_8)).isEqualTo(Integer.toString(i));
      calls.get(i).halfClose();
    }
    for (Heard one : heard) {
      assertThat(one.end()).isEqualTo(Status.OK);
    }
  }

  @Test
  void streamsBothWays() throws Exception {
    Heard joined = new Heard();
    ClientCall join = channel.start("/test.Echo/Join", WAIT, joined);
    join.request(1);
    for (int i = 0; i < 300; i++) {
      join.send(new byte[i]);
    }
    join.halfClose();
    assertThat(new String(joined.next(), UTF_8)).isEqualTo("300 44850");
    assertThat(joined.end()).isEqualTo(Status.OK);

    Heard repeated = new Heard();
    ClientCall repeat = channel.start("/test.Echo/Repeat", WAIT, repeated);
    repeat.send("500 20000".getBytes(UTF_8));
    repeat.halfClose();
    assertThat(repeated.next()).hasSize(20_000);
    assertThat(channel.unary("/test.Echo/Unary", new byte[1], WAIT)).hasSize(1);
    assertThat(edge.services.produced.get()).isLessThan(500); // held back until it is taken
    repeat.request(1000);
    assertThat(repeated.end()).isEqualTo(Status.OK);
    assertThat(repeated.messages).hasSize(499);
  }

  @Test
  void errorsAndTrailers() {
    for (String text : new String[] {"plain", "50% \u00fc\n", ""}) {
      for (int code = 1; code <= 16; code++) {
        assertThat(status("/test.Echo/Fail", (code + " " + text).getBytes(UTF_8), WAIT))
            .isEqualTo(new Status(Code.of(code), text));
      }
    }
    Heard heard = new Heard();
    ClientCall call = channel.start("/test.Echo/Fail", WAIT, heard);
    call.send("5 gone".getBytes(UTF_8));
    call.halfClose();
    assertThat(heard.end()).isEqualTo(new Status(Code.NOT_FOUND, "gone"));
    assertThat(heard.trailers.first("why")).contains("asked");
    assertThat(heard.trailers.firstBinary("raw-bin").orElseThrow()).containsExactly(0, 1, -1);
    assertThat(status("/test.Echo/None", new byte[0], WAIT))
        .isEqualTo(new Status(Code.UNIMPLEMENTED, "unknown method None for service test.Echo"));
    assertThat(status("/test.None/None", new byte[0], WAIT))
        .isEqualTo(new Status(Code.UNIMPLEMENTED, "unknown service test.None"));
  }

  @Test
  void metadata() {
    Metadata sent =
        new Metadata().add("client-api-version", "3.6").addBinary("raw-bin", new byte[] {1, 2});
    assertThat(
            new String(
                channel.unary("/test.Echo/Metadata", new byte[0], WAIT.withMetadata(sent)), UTF_8))
        .contains("client-api-version=3.6\n")
        .contains("raw-bin=AQI");
  }

  @Test
  void deadlinesAndCancellation() throws Exception {
    String left =
        new String(
            channel.unary(
                "/test.Echo/Deadline",
                new byte[0],
                WAIT.withDeadlineAfter(Duration.ofSeconds(100))),
            UTF_8);
    assertThat(Long.parseLong(left)).isBetween(30_000_000_000L, 101_000_000_000L);
    Heard heard = new Heard();
    ClientCall call = channel.start("/test.Echo/Hang", WAIT, heard);
    call.send(new byte[1]);
    heard.next();
    call.cancel();
    assertThat(heard.end()).isEqualTo(Status.CANCELLED);
    Heard late = new Heard();
    channel
        .start("/test.Echo/Hang", WAIT.withDeadlineAfter(Duration.ofMillis(100)), late)
        .send(new byte[1]);
    assertThat(late.end()).isEqualTo(Status.DEADLINE_EXCEEDED);
  }

  @Test
  void aMessageThatIsTooLarge() {
    assertThat(status("/test.Echo/Unary", new byte[3 << 20], WAIT).code())
        .isEqualTo(Code.RESOURCE_EXHAUSTED);
    assertThat(status("/test.Echo/Unary", new byte[1000], WAIT.withLimits(1000, 999)))
        .isEqualTo(
            new Status(
                Code.RESOURCE_EXHAUSTED, "grpc: received message larger than max (1000 vs. 999)"));
  }
}
