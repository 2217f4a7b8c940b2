package io.quorate.peer;

import io.quorate.edge.HttpDialer;
import io.quorate.edge.HttpReply;
import io.quorate.edge.OutgoingCall;
import io.quorate.edge.OutgoingRequest;
import io.quorate.edge.ReplyListener;
import io.quorate.gotext.GoBytes;
import io.quorate.node.port.OutgoingSnapshot;
import io.quorate.peer.codec.MessageFrames;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.URI;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * One snapshot on its way to one peer: the message, then the whole database, in one request
 * (spec/peer.md 3). Reads the disk, so it has a thread of its own while it lasts.
 */
final class SnapshotSender {
  static final String PATH = "/raft/snapshot";
  private static final int PIECE_BYTES = 64 * 1024;
  private static final long ANSWER_SECONDS = 600;

  private final URI url;
  private final Logger log;
  private final OutgoingSnapshot snapshot;
  private final OutgoingCall call;
  private final Semaphore room = new Semaphore(0);
  private final CountDownLatch done = new CountDownLatch(1);
  private volatile @Nullable HttpReply reply;
  private volatile @Nullable IOException failure;

  SnapshotSender(
      HttpDialer dialer, PeerOptions options, URI url, OutgoingSnapshot snapshot, Logger log) {
    this.url = url;
    this.log = log;
    this.snapshot = snapshot;
    this.call =
        dialer.call(
            url,
            OutgoingRequest.streamedPost(
                PATH, PeerHeaders.of(options).add("Content-Type", "application/octet-stream")),
            new Answer());
  }

  /** Gives it up, as nobody is there any more to send it to. Any thread, at any time. */
  void cancel() {
    finish(new IOException("stopped"));
    call.cancel();
  }

  private void finish(IOException cause) {
    if (done.getCount() > 0) {
      failure = cause;
      done.countDown();
      room.release();
    }
  }

  /**
   * Sends it and waits for the answer. Blocks.
   *
   * @throws IOException if it did not arrive
   */
  void run() throws IOException {
    try {
      call.write(Payload.of(MessageFrames.encode(snapshot.message())));
      ByteBuffer piece = ByteBuffer.allocate(PIECE_BYTES);
      while (done.getCount() > 0 && snapshot.read(piece)) {
        piece.flip();
        byte[] bytes = Arrays.copyOf(piece.array(), piece.limit());
        piece.clear();
        call.write(Payload.of(bytes));
        while (!call.isWritable() && done.getCount() > 0) {
          // Woken by the connection; the time is for an end that was missed.
          room.tryAcquire(1, TimeUnit.SECONDS);
          snapshot.waits();
        }
      }
      call.end();
      if (done.getCount() > 0) {
        log.atInfo()
            .addKeyValue("bytes", snapshot.databaseBytes())
            .addKeyValue("size", GoBytes.format(snapshot.databaseBytes()))
            .log("sent database snapshot to writer");
      }
      if (!done.await(ANSWER_SECONDS, TimeUnit.SECONDS)) {
        throw new IOException("no answer to a snapshot");
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IOException("interrupted", e);
    } finally {
      call.cancel();
    }
    IOException broken = failure;
    HttpReply answer = reply;
    if (broken != null) {
      throw broken;
    }
    if (answer == null || answer.status() != 204) {
      throw new IOException(answer == null ? "no answer" : Pipeline.error(answer, url));
    }
  }

  private final class Answer implements ReplyListener {
    private final ByteArrayOutputStream body = new ByteArrayOutputStream();
    private int status;

    @Override
    public void head(int newStatus, Metadata headers) {
      status = newStatus;
    }

    @Override
    public void data(byte[] piece) {
      if (body.size() < PIECE_BYTES) {
        body.writeBytes(piece);
      }
    }

    @Override
    public void end() {
      reply = new HttpReply(status, new Metadata(), body.toByteArray());
      done.countDown();
      room.release();
    }

    @Override
    public void failed(IOException cause) {
      finish(cause);
    }

    @Override
    public void writable() {
      room.release();
    }
  }
}
