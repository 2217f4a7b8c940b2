package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.gotext.GoBytes;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import io.quorate.peer.PeerHeaders;
import io.quorate.peer.PeerNetwork;
import io.quorate.peer.codec.MessageFrames;
import io.quorate.peer.codec.StreamException;
import io.quorate.raft.message.Message;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * {@code POST /raft/snapshot}: a message, then a whole database, which goes to a file beside ours
 * under another name until it is complete (spec/peer.md 3). Raft hears of it only then.
 */
final class SnapshotHandler implements HttpHandler {
  private static final byte[] END = {};
  private static final byte[] BROKEN_OFF = {};
  private static final byte[] ABORTED = {};
  private static final int PIECES_AHEAD = 8;

  private final PeerNetwork network;
  private final SenderCheck check;
  private final Disk disk;
  private final LongFunction<Path> databases;
  private final Clock clock;
  private final Logger log;
  private final AtomicLong number = new AtomicLong();

  /**
   * @param databases where the database of a snapshot at an index is kept
   */
  SnapshotHandler(
      PeerNetwork network,
      SenderCheck check,
      Disk disk,
      LongFunction<Path> databases,
      Clock clock,
      Logger log) {
    this.network = network;
    this.check = check;
    this.disk = disk;
    this.databases = databases;
    this.clock = clock;
    this.log = log;
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    Runnable refused = () -> network.listener().snapshotRefused(Optional.empty());
    if (Answers.isWrongMethod(exchange, "POST")) {
      refused.run();
      return HttpReceiver.NONE;
    }
    if (!check.isOfThisCluster(exchange, refused) || !check.noteSender(exchange)) {
      return HttpReceiver.NONE;
    }
    exchange.hold();
    exchange.request(PIECES_AHEAD);
    return new Incoming(exchange);
  }

  /** The sender was there no more before it had sent all. */
  private static final class BrokenOffException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    BrokenOffException(String error) {
      super(error);
    }
  }

  /** One snapshot; its first part on the event loop, the database on a thread of its own. */
  private final class Incoming implements HttpReceiver {
    private final HttpExchange exchange;
    private final MessageFrames.SnapshotHead head = new MessageFrames.SnapshotHead();
    private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
    private boolean saving;
    private long databaseBytes;
    private boolean refused;
    private volatile String brokenOff = "";

    Incoming(HttpExchange exchange) {
      this.exchange = exchange;
    }

    @Override
    public void data(byte[] piece) {
      if (refused) {
        return;
      }
      if (saving) {
        pieces.add(piece);
        return;
      }
      exchange.request(1);
      try {
        if (head.feed(piece)) {
          int size = head.messageBytes();
          begin(head.message(), size);
        }
      } catch (StreamException e) {
        unreadable(String.valueOf(e.getMessage()));
      }
    }

    private void begin(Message message, int size) {
      if (!(message instanceof Message.InstallSnapshot snapshot)) {
        log.atWarn()
            .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
            .addKeyValue("remote-snapshot-sender-id", Long.toHexString(message.from()))
            .addKeyValue("message-type", message.type())
            .log("unexpected Raft message type");
        network.listener().snapshotRefused(Optional.of(message.from()));
        refuse("wrong raft message type");
        return;
      }
      saving = true;
      pieces.add(head.rest());
      Thread.ofPlatform().name("etcd-snapshot-receive").daemon().start(() -> save(snapshot, size));
    }

    private void unreadable(String error) {
      // As in the message, which has no sender while it cannot be read.
      long from = 0;
      log.atWarn()
          .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
          .addKeyValue("remote-snapshot-sender-id", Long.toHexString(from))
          .addKeyValue("error", error)
          .log("failed to decode Raft message");
      network.listener().receiveFailed(Answers.remote(exchange));
      network.listener().snapshotRefused(Optional.of(from));
      refuse("failed to decode raft message (" + error + ")");
    }

    private void refuse(String text) {
      refused = true;
      Answers.error(exchange, 400, text);
    }

    @Override
    public void end() {
      if (saving) {
        pieces.add(END);
      } else if (!refused) {
        unreadable(head.isEmpty() ? "EOF" : "unexpected EOF");
      }
    }

    @Override
    public boolean brokenOff(String error) {
      if (refused) {
        return false;
      }
      if (saving) {
        brokenOff = error;
        pieces.add(BROKEN_OFF);
      } else {
        unreadable(error);
      }
      return true;
    }

    @Override
    public void aborted() {
      pieces.add(ABORTED);
    }

    // ---- on its own thread ----

    private void save(Message.InstallSnapshot message, int size) {
      long from = message.from();
      network.listener().received(from, size);
      long index = message.snapshot().index();
      long began = clock.nanos();
      network.listener().snapshotReceiving(from);
      log.atInfo()
          .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
          .addKeyValue("remote-snapshot-sender-id", sender())
          .addKeyValue("incoming-snapshot-index", index)
          .addKeyValue("incoming-snapshot-message-size-bytes", size)
          .addKeyValue("incoming-snapshot-message-size", GoBytes.format(size))
          .log("receiving database snapshot");
      boolean taken = false;
      try {
        taken = save(index, began) && take(message, size, began);
      } catch (DiskException | BrokenOffException e) {
        warning(from)
            .addKeyValue("incoming-snapshot-index", index)
            .addKeyValue("error", e.getMessage())
            .log("failed to save incoming database snapshot");
        Answers.error(exchange, 500, "failed to save KV snapshot (" + e.getMessage() + ")");
      } finally {
        network.listener().snapshotReceived(from, taken, (clock.nanos() - began) / 1e9);
      }
    }

    private LoggingEventBuilder warning(long from) {
      return log.atWarn()
          .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
          .addKeyValue("remote-snapshot-sender-id", Long.toHexString(from));
    }

    /** Hands it to raft, whose word is the answer. */
    private boolean take(Message.InstallSnapshot message, int size, long began) {
      long from = message.from();
      long index = message.snapshot().index();
      network.listener().received(from, databaseBytes);
      log.atInfo()
          .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
          .addKeyValue("remote-snapshot-sender-id", sender())
          .addKeyValue("incoming-snapshot-index", index)
          .addKeyValue("incoming-snapshot-size-bytes", databaseBytes)
          .addKeyValue("incoming-snapshot-size", GoBytes.format(databaseBytes))
          .addKeyValue("download-took", Duration.ofNanos(clock.nanos() - began))
          .log("received and saved database snapshot");
      if (network.receive(message, size)) {
        Answers.nothing(exchange);
        return true;
      }
      String error = Answers.notTaken(network, message);
      warning(from).addKeyValue("error", error).log("failed to process Raft message");
      Answers.error(exchange, 500, "failed to process raft message (" + error + ")");
      return false;
    }

    private String sender() {
      return exchange.request().headers().first(PeerHeaders.SERVER_FROM).orElse("");
    }

    /** Whether the whole database is there, under its name, durably. */
    private boolean save(long index, long began) {
      Path target = databases.apply(index);
      Path folder = target.toAbsolutePath().getParent();
      if (folder == null) {
        throw new AssertionError("a database without a folder: " + target);
      }
      Path temporary =
          folder.resolve(
              "tmp" + Long.toUnsignedString(clock.epochMillis()) + number.incrementAndGet());
      boolean complete;
      boolean moved = false;
      try {
        try (DiskFile file = disk.open(temporary, Disk.Mode.TRUNCATE)) {
          complete = write(file);
          if (complete) {
            long syncing = clock.nanos();
            file.sync();
            long done = clock.nanos();
            network.listener().databaseSaved((done - began) / 1e9, (done - syncing) / 1e9);
          }
        }
        if (complete) {
          if (!disk.exists(target)) {
            disk.rename(temporary, target);
            moved = true;
            disk.syncDirectory(folder);
          }
          log.atInfo()
              .addKeyValue("path", target)
              .addKeyValue("bytes", databaseBytes)
              .addKeyValue("size", GoBytes.format(databaseBytes))
              .log("saved database snapshot to disk");
        }
        return complete;
      } finally {
        if (!moved) {
          disk.delete(temporary);
        }
      }
    }

    private boolean write(DiskFile file) {
      long position = 0;
      while (true) {
        byte[] piece;
        try {
          piece = pieces.take();
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
        if (piece == BROKEN_OFF) {
          throw new BrokenOffException(brokenOff);
        }
        if (piece == END) {
          databaseBytes = position;
          return true;
        }
        if (piece == ABORTED) {
          return false;
        }
        file.write(ByteBuffer.wrap(piece), position);
        position += piece.length;
        exchange.request(1);
      }
    }
  }
}
