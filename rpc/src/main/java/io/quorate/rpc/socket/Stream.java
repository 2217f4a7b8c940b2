package io.quorate.rpc.socket;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.MessageReader;
import io.quorate.rpc.MessageWriter;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.http2.ErrorCode;
import io.quorate.rpc.http2.FrameWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One call: what waits to be sent, what came and is not yet taken, how it ended. It may move from
 * one connection to another as long as no server has begun to work on it.
 *
 * <p>Guarded by its own monitor, which is taken after a connection's lock and never before it. The
 * listener is told outside of both, by whoever comes first ({@code delivering}); the others leave
 * their news behind.
 */
final class Stream implements ClientCall {
  /** What the server may send before it was taken, per stream. */
  static final int WINDOW_BYTES = 1 << 20;

  private static final int WRITABLE_BELOW_BYTES = 64 * 1024;

  /** Beyond this a call is not kept for another try (the Go client keeps 256 KiB). */
  private static final long KEPT_BYTES = 1 << 20;

  private static final int TRIES = 5;

  final String method;
  final CallOptions options;
  private final ClientCallListener listener;
  private final @Nullable Thread waiter;

  // Guarded by the connection's lock.
  int id;
  long sendWindow;
  boolean isSendable;

  volatile @Nullable Connection connection;

  // All below is guarded by this.
  private final List<byte[]> pieces = new ArrayList<>(2); // prefix, message, prefix, message…
  private int nextPiece;
  private int pieceOffset;
  private long queuedBytes;
  private long keptBytes;
  private boolean stalled;
  private boolean writableAgain;
  private boolean halfClosed;
  private boolean endSent;
  private boolean committed; // a server has answered: no second try
  private int tries;

  private final MessageReader reader;
  private long taken = 1;
  private long uncredited; // bytes that came and that the server may not yet replace
  private long credit; // bytes that it may, not yet told
  private int receiveWindow = WINDOW_BYTES;
  private @Nullable Metadata headers;
  private boolean headersSeen;
  private @Nullable Status end;
  private Metadata trailers = new Metadata();
  private boolean dropRest;
  private boolean endTold;
  private boolean delivering;
  private @Nullable Future<?> expiry;

  /**
   * @param waiter the thread that waits for a unary answer, to be woken when the call must move
   */
  Stream(String method, CallOptions options, ClientCallListener listener, @Nullable Thread waiter) {
    this.method = method;
    this.options = options;
    this.listener = listener;
    this.waiter = waiter;
    this.reader = new MessageReader(options.maxReceiveBytes());
  }

  // ---- the caller's side

  @Override
  public void send(byte[] message) {
    boolean gzip = options.gzip();
    byte[] framed = gzip ? MessageWriter.gzip(message) : message;
    if (framed.length > options.maxSendBytes()) {
      fail(MessageWriter.tooLarge(framed.length, options.maxSendBytes()));
      return;
    }
    synchronized (this) {
      if (end != null || halfClosed) {
        return;
      }
      pieces.add(MessageWriter.prefix(gzip, framed.length));
      pieces.add(framed);
      queuedBytes += MessageWriter.PREFIX_BYTES + framed.length;
      keptBytes += framed.length;
    }
    wantSend();
  }

  @Override
  public void halfClose() {
    synchronized (this) {
      if (end != null || halfClosed) {
        return;
      }
      halfClosed = true;
    }
    wantSend();
  }

  private void wantSend() {
    Connection current = connection;
    if (current != null) {
      current.wantSend(this);
    }
  }

  @Override
  public void request(int count) {
    synchronized (this) {
      taken += count;
      creditWhatIsWanted();
    }
    deliver();
  }

  @Override
  public void cancel() {
    fail(Status.CANCELLED);
  }

  /** Ends the call from this side. What came and was not taken is dropped. */
  void fail(Status why) {
    if (end(why, new Metadata(), true)) {
      Connection current = connection;
      if (current != null) {
        current.reset(this, ErrorCode.CANCEL);
      }
      deliver();
    }
  }

  @Override
  public synchronized boolean isWritable() {
    stalled = queuedBytes >= WRITABLE_BELOW_BYTES;
    return !stalled;
  }

  void expireBy(Future<?> timer) {
    synchronized (this) {
      expiry = timer;
      if (end != null) {
        timer.cancel(false);
      }
    }
  }

  synchronized boolean isEnded() {
    return end != null;
  }

  boolean isOverdue() {
    return options.deadlineNanos().isPresent()
        && options.deadlineNanos().getAsLong() - System.nanoTime() <= 0;
  }

  // ---- sending; called by the connection under its lock

  synchronized boolean hasMore() {
    return end == null && !endSent && (queuedBytes > 0 || halfClosed);
  }

  /** Whether an empty last frame is all there is to send: no window is needed for it. */
  synchronized boolean hasOnlyItsEnd() {
    return end == null && !endSent && halfClosed && queuedBytes == 0;
  }

  /**
   * Writes one DATA frame of at most {@code max} bytes.
   *
   * @return its payload bytes, or -1 if there was nothing to write within {@code max}
   */
  synchronized int writeData(FrameWriter out, int max) {
    if (end != null || endSent) {
      return -1;
    }
    int count = (int) Math.min(queuedBytes, Math.max(0, max));
    boolean last = halfClosed && count == queuedBytes;
    if (count == 0 && !last) {
      return -1;
    }
    out.dataHeader(id, last, count);
    int left = count;
    while (left > 0) {
      byte[] piece = pieces.get(nextPiece);
      int part = Math.min(left, piece.length - pieceOffset);
      out.append(piece, pieceOffset, part);
      pieceOffset += part;
      left -= part;
      while (nextPiece < pieces.size() && pieceOffset == pieces.get(nextPiece).length) {
        nextPiece++;
        pieceOffset = 0;
      }
    }
    endSent = last;
    queuedBytes -= count;
    if (keptBytes > KEPT_BYTES && !halfClosed) {
      committed = true;
    }
    if (committed) {
      forgetSent();
    }
    if (stalled && queuedBytes < WRITABLE_BELOW_BYTES) {
      stalled = false;
      writableAgain = true;
    }
    return count;
  }

  private void forgetSent() {
    if (nextPiece > 0) {
      pieces.subList(0, nextPiece).clear();
      nextPiece = 0;
    }
  }

  synchronized boolean hasNews() {
    return writableAgain;
  }

  /** Whether this side has said all it will say. */
  synchronized boolean isEndSent() {
    return endSent;
  }

  // ---- receiving; called by the connection's reader, outside of its lock

  /** Ready for another connection, if no server can have worked on it and it is not too late. */
  synchronized boolean rewind() {
    if (committed || headersSeen || end != null || ++tries > TRIES) {
      return false;
    }
    nextPiece = 0;
    pieceOffset = 0;
    endSent = false;
    queuedBytes = 0;
    for (byte[] piece : pieces) {
      queuedBytes += piece.length;
    }
    receiveWindow = WINDOW_BYTES;
    uncredited = 0;
    credit = 0;
    connection = null;
    return true;
  }

  /** A server that never said SETTINGS does not count as a try. */
  synchronized void forgiveTry() {
    tries--;
  }

  void wake() {
    if (waiter != null) {
      LockSupport.unpark(waiter);
    }
  }

  boolean isAwaited() {
    return waiter != null;
  }

  synchronized boolean headersSeen() {
    return headersSeen;
  }

  void receiveHeaders(ResponseHeaders received) {
    synchronized (this) {
      headersSeen = true;
      committed = true;
      forgetSent();
      headers = received.custom();
      reader.encoding(received.encoding());
    }
    deliver();
  }

  /** Takes {@code flowBytes} from the window; false if the server did not keep to it. */
  synchronized boolean withinWindow(int flowBytes) {
    receiveWindow -= flowBytes;
    return receiveWindow >= 0;
  }

  /**
   * @param flowBytes what counts against the window, padding included
   * @return an error that ends the stream, or null
   */
  @Nullable Status receiveData(byte[] bytes, int offset, int length, int flowBytes) {
    synchronized (this) {
      if (end != null) {
        return null;
      }
      try {
        reader.feed(bytes, offset, length);
      } catch (StatusException e) {
        return e.status();
      }
      uncredited += flowBytes;
      creditWhatIsWanted();
    }
    deliver();
    return null;
  }

  /** Bytes of messages that will be taken as soon as they are complete make room at once. */
  private void creditWhatIsWanted() {
    if (taken > reader.ready()) {
      credit += uncredited;
      uncredited = 0;
    }
  }

  /** Window to give back now, or 0; kept small in number by waiting for a quarter of it. */
  synchronized int takeCredit() {
    if (credit < WINDOW_BYTES / 4 || end != null) {
      return 0;
    }
    int bytes = (int) credit;
    credit = 0;
    receiveWindow += bytes;
    return bytes;
  }

  /** The server ended the call. */
  void receiveEnd(Status status, Metadata with) {
    Status outcome = status;
    synchronized (this) {
      if (status.isOk() && reader.isPartial()) {
        outcome = new Status(Code.INTERNAL, "unexpected EOF");
      }
    }
    end(outcome, with, false);
    deliver();
  }

  private boolean end(Status status, Metadata with, boolean drop) {
    synchronized (this) {
      if (end != null) {
        return false;
      }
      end = status;
      trailers = with;
      dropRest = drop;
      pieces.clear();
      nextPiece = 0;
      queuedBytes = 0;
      if (expiry != null) {
        expiry.cancel(false);
      }
      return true;
    }
  }

  /** Tells the listener all it may hear by now, unless another thread is doing so. */
  void deliver() {
    synchronized (this) {
      if (delivering) {
        return;
      }
      delivering = true;
    }
    while (true) {
      Metadata head = null;
      byte[] message = null;
      Status status = null;
      synchronized (this) {
        if (endTold) {
          delivering = false;
          return;
        }
        if (headers != null && !dropRest) {
          head = headers;
          headers = null;
        } else if (taken > 0 && reader.ready() > 0 && !dropRest) {
          int framed = reader.firstFramedLength();
          message = reader.poll();
          taken--;
          long freed = Math.min(uncredited, framed);
          uncredited -= freed;
          credit += freed;
          creditWhatIsWanted();
        } else if (end != null && (dropRest || reader.ready() == 0)) {
          status = end;
          endTold = true;
        } else if (writableAgain && end == null) {
          writableAgain = false;
        } else {
          delivering = false;
          break;
        }
      }
      try {
        if (head != null) {
          listener.headers(head);
        } else if (message != null) {
          listener.message(message);
        } else if (status != null) {
          listener.closed(status, trailers);
        } else {
          listener.writable();
        }
      } catch (RuntimeException | Error e) {
        // One caller's failure must not take down the connection of all the others.
        failedListener(e);
      }
    }
    Connection current = connection;
    if (current != null) {
      current.giveCredit(this);
    }
  }

  private void failedListener(Throwable e) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
    if (end(new Status(Code.INTERNAL, "the listener failed: " + e), new Metadata(), true)) {
      Connection current = connection;
      if (current != null) {
        current.reset(this, ErrorCode.CANCEL);
      }
    }
  }
}
