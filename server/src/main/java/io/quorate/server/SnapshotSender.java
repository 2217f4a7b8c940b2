package io.quorate.server;

import io.quorate.backend.BackendSnapshot;
import io.quorate.gotext.GoBytes;
import io.quorate.io.Clock;
import io.quorate.node.SlowTransfer;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.server.auth.Callers;
import io.quorate.server.wire.Wire;
import io.quorate.statemachine.request.DecodeException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.WritableByteChannel;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import org.slf4j.Logger;

/**
 * Streams the whole database (spec/api.md 11): chunks of 32 KiB, then the SHA-256 of all of them. A
 * thread of its own reads the file and waits while the client does not read; no other call notices.
 */
final class SnapshotSender implements CallListener, WritableByteChannel {
  private static final int CHUNK_BYTES = 32 * 1024;
  private static final long LOOK_SECONDS = 1;

  private final ServerCall call;
  private final Callers callers;
  private final String storageVersion;
  private final Supplier<CompletableFuture<BackendSnapshot>> database;
  private final Semaphore writable = new Semaphore(0);
  private final byte[] chunk = new byte[CHUNK_BYTES];
  private final MessageDigest digest;
  private final Clock clock;
  private final Logger log;
  private int filled;
  private long remaining;
  private Runnable goesOn = () -> {};

  /**
   * @param database opens a snapshot once the request is there
   */
  SnapshotSender(
      ServerCall call,
      Callers callers,
      String storageVersion,
      Supplier<CompletableFuture<BackendSnapshot>> database,
      Clock clock,
      Logger log) {
    this.clock = clock;
    this.log = log;
    this.call = call;
    this.callers = callers;
    this.storageVersion = storageVersion;
    this.database = database;
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError("every JDK has SHA-256", e);
    }
  }

  /** Sends {@code snapshot} and closes it. */
  private void start(BackendSnapshot snapshot) {
    Thread.ofPlatform()
        .name("etcd-snapshot")
        .daemon(true)
        .start(() -> {
          try (snapshot) {
            send(snapshot);
          } catch (RuntimeException e) {
            // Where the client has gone, this tells nobody.
            call.finish(Errors.status(e));
          }
        });
  }

  private void send(BackendSnapshot snapshot) {
    long start = clock.nanos();
    long size = snapshot.sizeBytes();
    remaining = size;
    goesOn = new SlowTransfer(size, clock, log)::goesOn;
    log.atInfo()
        .addKeyValue("total-bytes", size)
        .addKeyValue("size", GoBytes.format(size))
        .addKeyValue("storage-version", storageVersion)
        .log("sending database snapshot to client");
    try {
      snapshot.stream().writeTo(this);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    flush();
    byte[] checksum = digest.digest();
    log.atInfo()
        .addKeyValue("total-bytes", size)
        .addKeyValue("checksum-size", checksum.length)
        .log("sending database sha256 checksum to client");
    send(checksum, 0);
    log.atInfo()
        .addKeyValue("total-bytes", size)
        .addKeyValue("size", GoBytes.format(size))
        .addKeyValue("took", Duration.ofNanos(clock.nanos() - start))
        .addKeyValue("storage-version", storageVersion)
        .log("successfully sent database snapshot to client");
    call.finish(Status.OK);
  }

  @Override
  public int write(ByteBuffer source) {
    int count = source.remaining();
    while (source.hasRemaining()) {
      int part = Math.min(source.remaining(), CHUNK_BYTES - filled);
      source.get(chunk, filled, part);
      filled += part;
      if (filled == CHUNK_BYTES) {
        flush();
      }
    }
    return count;
  }

  private void flush() {
    if (filled == 0) {
      return;
    }
    byte[] bytes = java.util.Arrays.copyOf(chunk, filled);
    digest.update(bytes);
    remaining -= filled;
    filled = 0;
    send(bytes, remaining);
  }

  private void send(byte[] blob, long remainingBytes) {
    awaitWritable();
    call.send(
        Payload.of(
            new Wire(blob.length + 64)
                .number(2, remainingBytes)
                .message(3, blob)
                .text(4, storageVersion)
                .toByteArray()));
  }

  private void awaitWritable() {
    goesOn.run();
    while (!call.isWritable()) {
      if (call.isEnded()) {
        throw new CallEnded();
      }
      try {
        // Woken by the connection; the time is for looking at the clock.
        writable.tryAcquire(LOOK_SECONDS, TimeUnit.SECONDS);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new CallEnded();
      }
      goesOn.run();
    }
    if (call.isEnded()) {
      throw new CallEnded();
    }
  }

  @Override
  public void message(byte[] message) {
    try {
      Requests.empty("SnapshotRequest", message);
    } catch (DecodeException e) {
      call.finish(Errors.unmarshallingMessage(String.valueOf(e.getMessage())));
      return;
    }
    try {
      callers.identifyAdmin(call, caller -> open());
    } catch (StatusException e) {
      call.finish(e.status());
    }
  }

  private void open() {
    database
        .get()
        .whenComplete((snapshot, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else {
            start(snapshot);
          }
        });
  }

  @Override
  public void writable() {
    writable.release();
  }

  @Override
  public void cancelled(Status why) {
    writable.release();
  }

  @Override
  public boolean isOpen() {
    return !call.isEnded();
  }

  @Override
  public void close() {}

  /** The client has gone. */
  private static final class CallEnded extends UncheckedIOException {
    private CallEnded() {
      super(new IOException("the call has ended"));
    }
  }
}
