package io.quorate.peer;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.edge.HttpExchange;
import io.quorate.io.Clock;
import io.quorate.raft.message.Message;
import io.quorate.rpc.Metadata;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** A peer dials again while the connection it had is still there. */
class StreamWriterTest {
  private static final long LIMIT_SECONDS = 20;
  private static final Duration WRITE_TIMEOUT = Duration.ofSeconds(5);

  private final Port port = new Port();
  private final AtomicLong nanos = new AtomicLong();
  private final AtomicInteger losses = new AtomicInteger();
  private final BlockingQueue<HttpExchange> attached = new LinkedBlockingQueue<>();
  private final StreamWriter writer =
      new StreamWriter(
          StreamKind.MESSAGES,
          0xb,
          new PeerOptions(
              0xa,
              0xc,
              "3.6.14",
              List.of(),
              WRITE_TIMEOUT,
              WRITE_TIMEOUT,
              WRITE_TIMEOUT,
              WRITE_TIMEOUT),
          new Owner(),
          new Moved(),
          PeerListener.NONE,
          NOPLogger.NOP_LOGGER);

  StreamWriterTest() {
    port.serve(exchange -> {
      exchange.begin(200, new Metadata());
      var receiver = writer.attach(exchange);
      attached.add(exchange);
      return receiver;
    });
  }

  @AfterEach
  void close() {
    port.close();
  }

  private Socket dial() throws IOException {
    return port.send("GET / HTTP/1.1\r\nHost: a\r\n\r\n");
  }

  private HttpExchange attached() throws InterruptedException {
    @Nullable HttpExchange next = attached.poll(LIMIT_SECONDS, TimeUnit.SECONDS);
    if (next == null) {
      throw new AssertionError("nobody was attached");
    }
    return next;
  }

  /** More than any socket takes. */
  private void fill() {
    var message = new Message.Heartbeat(0xa, 0xb, 1, 0, new byte[16 * 1024]);
    while (writer.offer(message)) {
      // Until the queue is full.
    }
  }

  /** Whether all that was begun came, with its end. */
  private static boolean isComplete(Socket socket) throws IOException {
    try {
      byte[] all = socket.getInputStream().readAllBytes();
      return new String(all, all.length - 7, 7, US_ASCII).equals("\r\n0\r\n\r\n");
    } catch (SocketException e) {
      return false;
    }
  }

  @Test
  void whatWasQueuedForTheOldOneIsLostAndItsEndWaitsNoLongerThanAWrite() throws Exception {
    try (Socket first = dial()) {
      HttpExchange old = attached();
      fill();
      try (Socket second = dial()) {
        attached();
        assertThat(losses).hasValue(1);
        nanos.addAndGet(WRITE_TIMEOUT.toNanos() + 1);
        writer.heartbeat();
        var cut = new CountDownLatch(1);
        old.execute(cut::countDown);
        assertThat(cut.await(LIMIT_SECONDS, TimeUnit.SECONDS)).isTrue();
        assertThat(isComplete(first)).isFalse();
        assertThat(second.isClosed()).isFalse();
      }
    }
  }

  @Test
  void nothingIsLostWhereNothingWasQueued() throws Exception {
    try (Socket first = dial()) {
      attached();
      try (Socket second = dial()) {
        attached();
        first.shutdownOutput();
        assertThat(isComplete(first)).isTrue();
        assertThat(losses).hasValue(0);
        assertThat(second.isClosed()).isFalse();
      }
    }
  }

  private final class Owner implements StreamWriter.Owner {
    @Override
    public void attached(StreamKind kind) {}

    @Override
    public void detached(StreamKind kind, String error) {}

    @Override
    public void lost() {
      losses.incrementAndGet();
    }
  }

  private final class Moved implements Clock {
    @Override
    public long nanos() {
      return nanos.get();
    }

    @Override
    public long epochMillis() {
      return 0;
    }
  }
}
