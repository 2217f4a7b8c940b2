package io.quorate.edge;

import io.quorate.rpc.Payload;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.concurrent.atomic.AtomicLong;
import org.jspecify.annotations.Nullable;

/**
 * One request on its way, and its answer. The writing half may be used from any thread, one at a
 * time, from the moment {@link HttpDialer#call} returns; what is written before the connection is
 * there waits for it.
 */
public final class OutgoingCall {
  private static final int MAX_QUEUED_BYTES = 256 * 1024;

  final OutgoingRequest request;
  final ReplyListener listener;
  private final AtomicLong queuedBytes = new AtomicLong();

  // Guarded by this: until the connection is there, any thread; afterwards its event loop.
  private final ArrayDeque<Payload> waiting = new ArrayDeque<>();
  private @Nullable DialedConnection connection;
  private boolean bodyEnded;
  private boolean over;
  private boolean headSeen;

  OutgoingCall(OutgoingRequest request, ReplyListener listener) {
    this.request = request;
    this.listener = listener;
  }

  /** Queues a piece of a streamed body. Ignored when the call is over. */
  public void write(Payload piece) {
    DialedConnection to;
    synchronized (this) {
      if (over) {
        piece.release();
        return;
      }
      queuedBytes.addAndGet(piece.length());
      waiting.add(piece);
      to = connection;
    }
    if (to != null) {
      to.pump(this);
    }
  }

  /** Ends a streamed body. */
  public void end() {
    DialedConnection to;
    synchronized (this) {
      bodyEnded = true;
      to = connection;
    }
    if (to != null) {
      to.pump(this);
    }
  }

  /** Whether more may be written without a queue growing; else {@link ReplyListener#writable}. */
  public boolean isWritable() {
    return queuedBytes.get() < MAX_QUEUED_BYTES;
  }

  /** Gives up: the connection is cut and the listener hears nothing any more. */
  public void cancel() {
    DialedConnection from;
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      from = connection;
      drop();
    }
    if (from != null) {
      from.cut();
    }
  }

  private void drop() {
    for (Payload piece = waiting.poll(); piece != null; piece = waiting.poll()) {
      piece.release();
    }
  }

  // ---- for the connection, on its event loop ----

  /** False if nobody wants the answer any more. */
  synchronized boolean begin(DialedConnection on) {
    connection = on;
    return !over;
  }

  synchronized @Nullable Payload nextPiece() {
    return over ? null : waiting.poll();
  }

  /** A piece has gone into the socket; true if a writer may have been waiting for that. */
  boolean taken(int bytes) {
    long left = queuedBytes.addAndGet(-bytes);
    return left < MAX_QUEUED_BYTES && left + bytes >= MAX_QUEUED_BYTES;
  }

  synchronized boolean bodyIsComplete() {
    return !request.streamed() || bodyEnded && waiting.isEmpty();
  }

  synchronized boolean isOver() {
    return over;
  }

  boolean hasAnswer() {
    return headSeen;
  }

  void answering() {
    headSeen = true;
  }

  void ended() {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      drop();
    }
    listener.end();
  }

  void failed(IOException cause) {
    synchronized (this) {
      if (over) {
        return;
      }
      over = true;
      drop();
    }
    listener.failed(cause);
  }
}
