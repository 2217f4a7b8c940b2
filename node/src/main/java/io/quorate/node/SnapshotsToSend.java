package io.quorate.node;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendSnapshot;
import io.quorate.bolt.SnapshotStream;
import io.quorate.gotext.GoBytes;
import io.quorate.io.Clock;
import io.quorate.node.loop.OutgoingSnapshots;
import io.quorate.node.port.OutgoingSnapshot;
import io.quorate.node.port.Transport;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.message.Message;
import io.quorate.statemachine.StateMachine;
import java.nio.ByteBuffer;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongConsumer;
import org.slf4j.Logger;

/**
 * Snapshots for members whose next entry the log has no more. Raft only names a place in the log;
 * what is sent is the database as it is now, with the place that it says itself (spec/peer.md 3).
 */
final class SnapshotsToSend implements OutgoingSnapshots {
  /** So long after an arrival the log keeps what the receiver asks for next. */
  private static final long HOLD_NANOS = 30_000_000_000L;

  private final Backend backend;
  private final Transport transport;
  private final Clock clock;
  private final LongConsumer failed;
  private final Logger log;
  private final AtomicInteger inFlight = new AtomicInteger();
  private volatile long heldUntilNanos;
  private volatile boolean held;

  /**
   * @param failed told for whom no snapshot could be made
   */
  SnapshotsToSend(
      Backend backend, Transport transport, Clock clock, LongConsumer failed, Logger log) {
    this.backend = backend;
    this.transport = transport;
    this.clock = clock;
    this.failed = failed;
    this.log = log;
  }

  @Override
  public void send(Message.InstallSnapshot wanted) {
    inFlight.incrementAndGet();
    backend
        .snapshot()
        .whenComplete((database, failure) -> {
          if (failure != null) {
            log.atError().addKeyValue("error", failure).log("failed to make a database snapshot");
            failed.accept(wanted.to());
            return;
          }
          var message =
              new Message.InstallSnapshot(
                  wanted.from(), wanted.to(), wanted.term(), StateMachine.raftSnapshot(database));
          long bytes = MessageCodec.encodedSize(message) + database.sizeBytes();
          log.atInfo()
              .addKeyValue("from", Long.toHexString(message.from()))
              .addKeyValue("to", Long.toHexString(message.to()))
              .addKeyValue("bytes", bytes)
              .addKeyValue("size", GoBytes.format(bytes))
              .log("sending merged snapshot");
          transport.send(
              new Database(message, database, new SlowTransfer(database.sizeBytes(), clock, log)));
        });
  }

  /** What became of one. Any thread. */
  void sent(boolean arrived) {
    if (arrived) {
      heldUntilNanos = clock.nanos() + HOLD_NANOS;
      held = true;
    }
    inFlight.decrementAndGet();
  }

  @Override
  public boolean inFlight() {
    return inFlight.get() > 0 || held && clock.nanos() - heldUntilNanos < 0;
  }

  private static final class Database implements OutgoingSnapshot {
    private final Message.InstallSnapshot message;
    private final BackendSnapshot database;
    private final SnapshotStream stream;
    private final SlowTransfer transfer;

    Database(Message.InstallSnapshot message, BackendSnapshot database, SlowTransfer transfer) {
      this.message = message;
      this.database = database;
      this.stream = database.stream();
      this.transfer = transfer;
    }

    @Override
    public Message.InstallSnapshot message() {
      return message;
    }

    @Override
    public long databaseBytes() {
      return database.sizeBytes();
    }

    @Override
    public boolean read(ByteBuffer into) {
      transfer.goesOn();
      return stream.read(into) > 0;
    }

    @Override
    public void waits() {
      transfer.goesOn();
    }

    @Override
    public void close() {
      database.close();
    }
  }
}
