package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
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
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import org.slf4j.Logger;

/**
 * {@code POST /raft/snapshot}: a message, then a whole database, which goes to a file beside ours
 * under another name until it is complete (spec/peer.md 3). Raft hears of it only then.
 */
final class SnapshotHandler implements HttpHandler {
  private static final byte[] END = {};
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
    if (Answers.isWrongMethod(exchange, "POST") || !check.accepts(exchange)) {
      return HttpReceiver.NONE;
    }
    exchange.hold();
    exchange.request(PIECES_AHEAD);
    return new Incoming(exchange);
  }

  /** One snapshot; its first part on the event loop, the database on a thread of its own. */
  private final class Incoming implements HttpReceiver {
    private final HttpExchange exchange;
    private final MessageFrames.SnapshotHead head = new MessageFrames.SnapshotHead();
    private final BlockingQueue<byte[]> pieces = new LinkedBlockingQueue<>();
    private boolean saving;
    private boolean refused;

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
          begin(head.message());
        }
      } catch (StreamException e) {
        refuse("failed to decode raft message (" + e.getMessage() + ")");
      }
    }

    private void begin(Message message) {
      if (!(message instanceof Message.InstallSnapshot snapshot)) {
        refuse("wrong raft message type");
        return;
      }
      saving = true;
      pieces.add(head.rest());
      Thread.ofPlatform().name("etcd-snapshot-receive").daemon().start(() -> save(snapshot));
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
        refuse(
            "failed to decode raft message (" + (head.isEmpty() ? "EOF" : "unexpected EOF") + ")");
      }
    }

    @Override
    public void aborted() {
      pieces.add(ABORTED);
    }

    // ---- on its own thread ----

    private void save(Message.InstallSnapshot message) {
      long from = message.from();
      long index = message.snapshot().index();
      long began = clock.nanos();
      network.listener().snapshotReceiving(from);
      log.atInfo()
          .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
          .addKeyValue(
              "remote-snapshot-sender-id",
              exchange.request().headers().first(PeerHeaders.SERVER_FROM).orElse(""))
          .addKeyValue("incoming-snapshot-index", index)
          .log("receiving database snapshot");
      boolean saved = false;
      try {
        saved = save(index);
      } catch (DiskException e) {
        log.atWarn()
            .addKeyValue("incoming-snapshot-index", index)
            .addKeyValue("error", e.getMessage())
            .log("failed to save incoming database snapshot");
        Answers.error(exchange, 500, "failed to save KV snapshot (" + e.getMessage() + ")");
      } finally {
        network.listener().snapshotReceived(from, saved, (clock.nanos() - began) / 1e9);
      }
      if (!saved) {
        return;
      }
      log.atInfo()
          .addKeyValue("local-member-id", Long.toHexString(network.options().memberId()))
          .addKeyValue("incoming-snapshot-index", index)
          .log("received and saved database snapshot");
      if (network.receive(message)) {
        Answers.nothing(exchange);
      } else {
        Answers.error(
            exchange,
            500,
            "failed to process raft message (cannot process message from "
                + (network.isRemoved(from) ? "removed" : "mismatch")
                + " member)");
      }
    }

    /** Whether the whole database is there, under its name, durably. */
    private boolean save(long index) {
      Path target = databases.apply(index);
      Path folder = target.toAbsolutePath().getParent();
      if (folder == null) {
        throw new AssertionError("a database without a folder: " + target);
      }
      Path temporary =
          folder.resolve(
              "tmp" + Long.toUnsignedString(clock.epochMillis()) + number.incrementAndGet());
      boolean complete = false;
      try {
        try (DiskFile file = disk.open(temporary, Disk.Mode.TRUNCATE)) {
          complete = write(file);
          if (complete) {
            file.sync();
          }
        }
        if (complete) {
          if (disk.exists(target)) {
            disk.delete(temporary);
          } else {
            disk.rename(temporary, target);
            disk.syncDirectory(folder);
          }
        }
        return complete;
      } finally {
        if (!complete) {
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
        if (piece == END) {
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
