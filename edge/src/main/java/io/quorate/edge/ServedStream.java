package io.quorate.edge;

import io.netty.buffer.ByteBuf;
import io.netty.handler.codec.http2.Http2Exception;
import io.netty.handler.codec.http2.Http2Stream;
import io.quorate.rpc.Payload;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import org.jspecify.annotations.Nullable;

/**
 * What one HTTP/2 stream carries. Fields belong to the event loop unless they are volatile.
 *
 * <p>Outgoing bytes count in {@code queuedBytes} from the moment they are given until the
 * connection has taken them; incoming bytes that the handler has not asked for stay in {@link
 * #held} and are not credited to the client, so that both are bounded.
 */
abstract sealed class ServedStream permits GrpcCall, Http2Exchange {
  /** A stream with more than this on its way out is not writable. */
  static final int WRITABLE_BELOW_BYTES = 64 * 1024;

  private static final VarHandle QUEUED;
  private static final VarHandle ENDED;

  static {
    try {
      var lookup = MethodHandles.lookup();
      QUEUED = lookup.findVarHandle(ServedStream.class, "queuedBytes", long.class);
      ENDED = lookup.findVarHandle(ServedStream.class, "ended", boolean.class);
    } catch (ReflectiveOperationException e) {
      throw new ExceptionInInitializerError(e);
    }
  }

  final Http2Session session;
  final Http2Stream stream;

  /** The end of our side was written, or the stream is gone. */
  boolean over;

  /** The client will send no more. */
  boolean remoteEnded;

  /**
   * What came but may not be handed over yet: copied together, since a slice of one byte would keep
   * its whole read buffer.
   */
  private @Nullable ByteBuf held;

  private boolean delivering;

  @SuppressWarnings("UnusedVariable") // through QUEUED
  private volatile long queuedBytes;

  private volatile boolean stalled;
  private volatile boolean ended;

  ServedStream(Http2Session session, Http2Stream stream) {
    this.session = session;
    this.stream = stream;
  }

  /** Hands over what may be handed over, from the front of {@code data}. */
  abstract void deliver(ByteBuf data);

  /** Whether {@link #deliver} would take anything. */
  abstract boolean takes();

  /** All that came was handed over, and no more will come. Called whenever that is so. */
  abstract void delivered();

  /** The stream is gone and {@link #claimEnd} was not called before. */
  abstract void lost();

  /** Room again after {@link #isWritable()} was false. */
  abstract void roomAgain();

  /** DATA of this stream; how much of it may be credited to the client at once. */
  final int received(ByteBuf data, int padding, boolean last) {
    remoteEnded |= last;
    int credited = data.readableBytes() + padding;
    if (over || isEnded()) {
      return credited;
    }
    if (held == null && !delivering) {
      delivering = true;
      deliver(data);
      delivering = false;
    }
    if (data.isReadable() && !over && !isEnded()) {
      credited -= data.readableBytes();
      if (held == null) {
        held = session.context().alloc().buffer(data.readableBytes());
      }
      held.discardSomeReadBytes().writeBytes(data);
    }
    deliverHeld();
    return credited;
  }

  /**
   * Hands over held bytes as far as they are wanted now. Once the end of our side is claimed
   * nothing is: it may be written only in the loop's next turn, for which this one must not wait.
   */
  final void deliverHeld() {
    if (delivering || over) {
      return;
    }
    delivering = true;
    while (!over && !isEnded() && held != null && takes()) {
      ByteBuf data = held;
      int before = data.readableBytes();
      deliver(data);
      if (over) {
        break; // held was given back already
      }
      credit(before - data.readableBytes());
      if (!data.isReadable()) {
        dropHeld();
      }
    }
    delivering = false;
    if (over) {
      return;
    }
    if (isEnded()) {
      credit(dropHeld());
    } else if (remoteEnded && held == null) {
      delivered();
    }
  }

  /** Gives the held bytes back; how many they were. */
  private int dropHeld() {
    ByteBuf data = held;
    held = null;
    if (data == null) {
      return 0;
    }
    int bytes = data.readableBytes();
    data.release();
    return bytes;
  }

  private void credit(int bytes) {
    try {
      session.connection().local().flowController().consumeBytes(stream, bytes);
    } catch (Http2Exception e) {
      session.failed(e);
    }
  }

  /** Our side is finished: nothing more is handed over. */
  final void closeDelivery() {
    over = true;
    int dropped = dropHeld();
    if (dropped > 0 && stream.state() != Http2Stream.State.CLOSED) {
      credit(dropped);
    }
  }

  /** The stream is closed on both sides, for whatever reason. */
  final void closed() {
    boolean early = !over;
    over = true;
    dropHeld();
    if (early) {
      lost();
    }
  }

  /** Claims the end of this stream; true for the first caller only. Any thread. */
  final boolean claimEnd() {
    return ENDED.compareAndSet(this, false, true);
  }

  public final boolean isEnded() {
    return ended;
  }

  public final boolean isWritable() {
    if ((long) QUEUED.getVolatile(this) < WRITABLE_BELOW_BYTES) {
      return true;
    }
    stalled = true;
    return (long) QUEUED.getVolatile(this) < WRITABLE_BELOW_BYTES;
  }

  /** Any thread. */
  final void queued(long bytes) {
    QUEUED.getAndAdd(this, bytes);
  }

  /** The connection took {@code bytes}, or they were dropped. */
  final void taken(long bytes) {
    long left = (long) QUEUED.getAndAdd(this, -bytes) - bytes;
    if (stalled && left < WRITABLE_BELOW_BYTES && !over) {
      stalled = false;
      // Not from within the flow controller, whose queue the handler is about to lengthen.
      session.outbox().later(this::tellRoom);
    }
  }

  private void tellRoom() {
    if (!ended) {
      roomAgain();
    }
  }

  /** Gives {@code payload}, already counted by {@link #queued}, to the flow controller. */
  final void enqueue(Payload payload, int prefixBytes, boolean compressed) {
    session
        .connection()
        .remote()
        .flowController()
        .addFlowControlled(stream, new OutgoingPayload(this, payload, prefixBytes, compressed));
  }
}
