package io.quorate.peer;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpReceiver;
import io.quorate.io.Clock;
import io.quorate.peer.codec.FrameEncoder;
import io.quorate.peer.codec.MessageFrames;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.message.Message;
import io.quorate.rpc.Payload;
import java.io.ByteArrayOutputStream;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Our half of one stream to one peer: the peer dialed us, and messages flow in the answer to it.
 * Offered by the raft loop, encoded on the connection's event loop, all that gathered meanwhile in
 * one piece.
 */
final class StreamWriter {
  static final int QUEUE_LIMIT = 4096;
  private static final int PIECE_BYTES = 128 * 1024;

  /** What its peer needs to know. */
  interface Owner {
    void attached(StreamKind kind);

    void detached(StreamKind kind, String error);

    /** Messages were still queued when a connection ended. */
    void lost();
  }

  private final StreamKind kind;
  private final long peerId;
  private final long selfId;
  private final long writeTimeoutNanos;
  private final Owner owner;
  private final Clock clock;
  private final PeerListener listener;
  private final Logger log;
  // Guarded by this: changes; the raft loop reads without.
  private volatile @Nullable Attached attached;
  private boolean closed;
  // What another took the place of and may still wait for its end to be written.
  private final Queue<Replaced> replaced = new ConcurrentLinkedQueue<>();

  private record Replaced(HttpExchange exchange, long sinceNanos) {}

  StreamWriter(
      StreamKind kind,
      long peerId,
      PeerOptions options,
      Owner owner,
      Clock clock,
      PeerListener listener,
      Logger log) {
    this.kind = kind;
    this.peerId = peerId;
    this.selfId = options.memberId();
    this.writeTimeoutNanos = options.writeTimeout().toNanos();
    this.owner = owner;
    this.clock = clock;
    this.listener = listener;
    this.log = log;
  }

  boolean isAttached() {
    return attached != null;
  }

  /** Queues {@code message}; false if nobody is connected or the queue is full. */
  boolean offer(Message message) {
    Attached to = attached;
    return to != null && to.offer(message);
  }

  /** Answers {@code exchange} with the stream; one that was there before is closed. */
  HttpReceiver attach(HttpExchange exchange) {
    Attached next = new Attached(exchange);
    Attached before;
    synchronized (this) {
      if (closed) {
        exchange.abort();
        return HttpReceiver.NONE;
      }
      before = attached;
      attached = next;
    }
    if (before != null) {
      boolean lost = !before.queue.isEmpty();
      before.exchange.end();
      replaced.add(new Replaced(before.exchange, clock.nanos()));
      closed();
      if (lost) {
        owner.lost();
      }
    }
    log.atInfo()
        .addKeyValue("from", Long.toHexString(selfId))
        .addKeyValue("to", Long.toHexString(peerId))
        .addKeyValue("stream-type", kind)
        .log("set message encoder");
    log.atInfo()
        .addKeyValue("stream-writer-type", kind)
        .addKeyValue("local-member-id", Long.toHexString(selfId))
        .addKeyValue("remote-peer-id", Long.toHexString(peerId))
        .log("established TCP streaming connection with remote peer");
    owner.attached(kind);
    return next;
  }

  /** Shows the peer that we live, and looks whether it still reads. On the timer. */
  void heartbeat() {
    Attached to = attached;
    if (to != null) {
      to.exchange.execute(to::heartbeat);
    }
    replaced.removeIf(old -> {
      boolean late = clock.nanos() - old.sinceNanos > writeTimeoutNanos;
      if (late) {
        old.exchange.abort();
      }
      return late;
    });
  }

  private void detach(Attached gone, String error) {
    synchronized (this) {
      if (attached != gone) {
        return;
      }
      attached = null;
    }
    log.atWarn()
        .addKeyValue("stream-writer-type", kind)
        .addKeyValue("local-member-id", Long.toHexString(selfId))
        .addKeyValue("remote-peer-id", Long.toHexString(peerId))
        .log("lost TCP streaming connection with remote peer");
    owner.detached(kind, error);
    if (!gone.queue.isEmpty()) {
      owner.lost();
    }
  }

  void close() {
    Attached last;
    synchronized (this) {
      closed = true;
      last = attached;
      attached = null;
    }
    if (last != null) {
      last.exchange.abort();
      closed();
    }
    for (Replaced old = replaced.poll(); old != null; old = replaced.poll()) {
      old.exchange.abort();
    }
    log.atInfo()
        .addKeyValue("stream-writer-type", kind)
        .addKeyValue("remote-peer-id", Long.toHexString(peerId))
        .log("stopped TCP streaming connection with remote peer");
  }

  private void closed() {
    log.atWarn()
        .addKeyValue("stream-writer-type", kind)
        .addKeyValue("remote-peer-id", Long.toHexString(peerId))
        .log("closed TCP streaming connection with remote peer");
  }

  /** One connection. All but {@link #offer} on its event loop. */
  private final class Attached implements HttpReceiver {
    private final HttpExchange exchange;
    private final FrameEncoder encoder = kind.encoder();
    private final Queue<Message> queue = new ConcurrentLinkedQueue<>();
    private final AtomicInteger queued = new AtomicInteger();
    private final AtomicBoolean scheduled = new AtomicBoolean();
    private final Runnable drain = this::drain;
    private long stuckSinceNanos;
    private boolean stuck;

    Attached(HttpExchange exchange) {
      this.exchange = exchange;
    }

    boolean offer(Message message) {
      if (queued.get() >= QUEUE_LIMIT) {
        return false;
      }
      queued.incrementAndGet();
      queue.add(message);
      if (!scheduled.get() && scheduled.compareAndSet(false, true)) {
        exchange.execute(drain);
      }
      return true;
    }

    private void drain() {
      scheduled.set(false);
      while (!queue.isEmpty() && exchange.isWritable()) {
        stuck = false;
        var out = new ByteArrayOutputStream(1024);
        for (Message next = queue.poll(); next != null; next = queue.poll()) {
          queued.decrementAndGet();
          encoder.write(next, out);
          listener.sent(peerId, MessageCodec.encodedSize(next));
          if (out.size() >= PIECE_BYTES) {
            break;
          }
        }
        exchange.write(Payload.of(out.toByteArray()));
      }
    }

    private void heartbeat() {
      if (exchange.isWritable()) {
        stuck = false;
        var out = new ByteArrayOutputStream(32);
        encoder.writeLinkHeartbeat(out);
        exchange.write(Payload.of(out.toByteArray()));
        listener.sent(peerId, MessageFrames.LINK_HEARTBEAT_BYTES);
      } else if (!stuck) {
        stuck = true;
        stuckSinceNanos = clock.nanos();
      } else if (clock.nanos() - stuckSinceNanos > writeTimeoutNanos) {
        exchange.abort();
        detach(this, "i/o timeout");
      }
    }

    @Override
    public void writable() {
      drain();
    }

    @Override
    public void aborted() {
      detach(this, "EOF");
    }
  }
}
