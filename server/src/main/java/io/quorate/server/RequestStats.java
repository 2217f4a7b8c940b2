package io.quorate.server;

import io.quorate.rpc.CallHandler;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.SocketText;
import io.quorate.rpc.Status;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.RequestText;
import io.quorate.statemachine.request.Txn;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.event.Level;

/**
 * The line {@code request stats} about each unary call that took long; at level debug about every
 * one (spec/server.md 9).
 */
final class RequestStats {
  private static final String KV = "/etcdserverpb.KV/";

  private static final int SUCCESS = 2;
  private static final int FAILURE = 3;
  private static final int FIELD_SHIFT = 3;
  private static final int WIRE_TYPE = 7;
  private static final int LENGTH_DELIMITED = 2;

  private final long expectedNanos;
  private final Logger log;

  RequestStats(Duration expected, Logger log) {
    this.expectedNanos = expected.toNanos();
    this.log = log;
  }

  /** {@code handler}, with its calls timed. */
  CallHandler timed(CallHandler handler) {
    return call -> {
      var timed = new Timed(call);
      timed.listener = handler.start(timed);
      return timed;
    };
  }

  /**
   * Tells the line of {@code call} how many keys the answer is about.
   *
   * @param succeeded of a transaction, which of its branches was taken
   */
  static void counted(ServerCall call, long count, boolean succeeded) {
    if (call instanceof Timed timed) {
      timed.responseCount = count;
      timed.succeeded = succeeded;
    }
  }

  private void ended(Timed call) {
    long nanos = System.nanoTime() - call.startNanos;
    boolean slow = nanos > expectedNanos;
    if (!slow && !log.isDebugEnabled() || !call.mayBeTold()) {
      return;
    }
    Counts counts = counts(call);
    log.atLevel(slow ? Level.WARN : Level.DEBUG)
        .addKeyValue("start time", Instant.now().minusNanos(nanos))
        .addKeyValue("time spent", Duration.ofNanos(nanos))
        .addKeyValue("remote", text(call.remoteAddress()))
        .addKeyValue("response type", call.method())
        .addKeyValue("request count", counts.requests)
        .addKeyValue("request size", counts.requestBytes)
        .addKeyValue("response count", counts.responses)
        .addKeyValue("response size", counts.responseBytes)
        .addKeyValue("request content", counts.content)
        .log("request stats");
  }

  private record Counts(
      long requests, long requestBytes, long responses, long responseBytes, String content) {
    static final Counts UNKNOWN = new Counts(-1, -1, -1, -1, "");
  }

  private static Counts counts(Timed call) {
    byte[] bytes = call.request;
    if (bytes == null || !call.method().startsWith(KV)) {
      return Counts.UNKNOWN;
    }
    long count = call.responseCount;
    long size = call.responseBytes;
    try {
      return switch (call.method().substring(KV.length())) {
        case "Range" ->
            new Counts(0, bytes.length, count, size, RequestText.of(Range.decode(bytes)));
        case "Put" -> new Counts(1, bytes.length, 0, size, RequestText.of(Put.decode(bytes)));
        case "DeleteRange" ->
            new Counts(0, bytes.length, count, size, RequestText.of(DeleteRange.decode(bytes)));
        case "Txn" -> txn(Txn.decode(bytes), bytes, call);
        default -> Counts.UNKNOWN;
      };
    } catch (DecodeException e) {
      return Counts.UNKNOWN;
    }
  }

  /** Counted are the operations of the branch that was taken. */
  private static Counts txn(Txn txn, byte[] request, Timed call) {
    var taken = call.succeeded ? txn.success() : txn.failure();
    boolean answered = call.responseBytes > 0;
    long bytes = answered ? branchBytes(request, call.succeeded ? SUCCESS : FAILURE) : 0;
    return new Counts(
        answered ? taken.size() : 0, bytes, 0, call.responseBytes, RequestText.of(txn));
  }

  /** The bytes of the operations in one branch of an encoded TxnRequest. */
  private static long branchBytes(byte[] txn, int branch) {
    var in = new Varints(txn);
    long sum = 0;
    while (in.position < txn.length) {
      long tag = in.next();
      long value = in.next();
      if ((tag & WIRE_TYPE) == LENGTH_DELIMITED) {
        sum += tag >>> FIELD_SHIFT == branch ? value : 0;
        in.position += (int) value;
      }
    }
    return sum;
  }

  /** A message that has been decoded before has no field but varints and nested messages. */
  private static final class Varints {
    private final byte[] bytes;
    private int position;

    Varints(byte[] bytes) {
      this.bytes = bytes;
    }

    long next() {
      long value = 0;
      for (int shift = 0; position < bytes.length; shift += 7) {
        byte b = bytes[position++];
        value |= (long) (b & 0x7f) << shift;
        if (b >= 0) {
          break;
        }
      }
      return value;
    }
  }

  private static String text(SocketAddress address) {
    return address instanceof InetSocketAddress tcp ? SocketText.of(tcp) : address.toString();
  }

  /** One call, seen from both sides. On its event loop, but for the answer: any thread. */
  private final class Timed implements ServerCall, CallListener {
    private final ServerCall call;
    private final long startNanos = System.nanoTime();
    private CallListener listener = message -> {};
    private byte @Nullable [] request;
    private volatile long responseCount;
    private volatile boolean succeeded;
    private volatile long responseBytes;

    /** Guarded by this. */
    private boolean told;

    Timed(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] message) {
      request = message;
      listener.message(message);
    }

    @Override
    public void halfClosed() {
      listener.halfClosed();
    }

    @Override
    public void cancelled(Status why) {
      listener.cancelled(why);
      // What is still done for it counts no more; nobody hears of it.
      ended(this);
      mayBeTold();
    }

    /** Whether nothing has been said of this call; true once. */
    private synchronized boolean mayBeTold() {
      boolean first = !told;
      told = true;
      return first;
    }

    @Override
    public void writable() {
      listener.writable();
    }

    @Override
    public String method() {
      return call.method();
    }

    @Override
    public Metadata metadata() {
      return call.metadata();
    }

    @Override
    public SocketAddress remoteAddress() {
      return call.remoteAddress();
    }

    @Override
    public List<X509Certificate> clientCertificates() {
      return call.clientCertificates();
    }

    @Override
    public OptionalLong deadlineNanos() {
      return call.deadlineNanos();
    }

    @Override
    public void send(Payload message) {
      responseBytes = message.length();
      call.send(message);
    }

    @Override
    public void finish(Status status, Metadata trailers) {
      call.finish(status, trailers);
      ended(this);
    }

    @Override
    public void reply(Payload message) {
      responseBytes = message.length();
      call.reply(message);
      ended(this);
    }

    @Override
    public boolean isWritable() {
      return call.isWritable();
    }

    @Override
    public boolean isEnded() {
      return call.isEnded();
    }

    @Override
    public void request(int count) {
      call.request(count);
    }

    @Override
    public void execute(Runnable task) {
      call.execute(task);
    }
  }
}
