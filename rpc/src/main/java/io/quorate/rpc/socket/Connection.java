package io.quorate.rpc.socket;

import io.quorate.rpc.Code;
import io.quorate.rpc.DeadlineTimer;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Peer;
import io.quorate.rpc.Status;
import io.quorate.rpc.UnaryWait;
import io.quorate.rpc.hpack.HpackDecoder;
import io.quorate.rpc.hpack.HpackException;
import io.quorate.rpc.http2.ErrorCode;
import io.quorate.rpc.http2.FrameHandler;
import io.quorate.rpc.http2.FrameReader;
import io.quorate.rpc.http2.Frames;
import io.quorate.rpc.http2.Http2Exception;
import java.io.IOException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;

/**
 * One HTTP/2 connection, from the client's end: this class reads, {@link Outbox} writes.
 *
 * <p>Reading is a baton. While there is only one unary call, its caller holds the baton and reads
 * until its answer is there; it passes on whatever else it reads. As soon as there is a second call
 * or a streaming one ({@code threaded}), a reader thread takes the baton when it is next laid down,
 * and keeps it. All fields of reading are owned by the holder of the baton; the hand-over happens
 * under the outbox's lock.
 */
final class Connection implements FrameHandler {
  /** Header lists beyond this end their call. */
  static final int MAX_HEADER_LIST_BYTES = 1 << 20;

  /** An idle connection that nobody reads is looked at before it is used again. */
  private static final long PROBE_AFTER_NANOS = TimeUnit.MILLISECONDS.toNanos(100);

  private static final int PROBE_MILLIS = 1;
  private static final int PROBE_READS = 16;

  /** Who is told what becomes of the connection and of calls that it could not serve. */
  interface Owner {
    /** No further calls are taken; those that are open may still end. */
    void draining(Connection connection, boolean tooManyPings);

    /** It is closed. {@code why} is an error of connecting if {@code !wasReady}. */
    void closed(Connection connection, boolean wasReady, Status why);

    /** The server says that it is there. */
    void ready(Connection connection);

    /** {@code stream} was not served, and no server has begun to. */
    void again(Stream stream, boolean wasReady, Status why);
  }

  private final Wire wire;
  private final Owner owner;
  private final DeadlineTimer timer;
  private final long keepaliveNanos;
  private final long keepaliveTimeoutNanos;
  private final long readyByNanos;
  private final Outbox outbox;

  // Owned by the holder of the baton.
  private final FrameReader frames = new FrameReader(Frames.DEFAULT_MAX_PAYLOAD);
  private final HpackDecoder hpack =
      new HpackDecoder(Frames.DEFAULT_TABLE_BYTES, MAX_HEADER_LIST_BYTES);
  private byte[] block = new byte[0];
  private int blockLength;
  private boolean blockEndsStream;
  private int blockStream;
  private int uncreditedBytes;
  private String goAwayText = "";

  private volatile boolean serverReady;
  private volatile long lastReadNanos;
  private volatile long pingSentNanos;
  private volatile boolean pingOpen;
  private final AtomicBoolean keepaliveWatched = new AtomicBoolean();

  Connection(
      Wire wire, Endpoint endpoint, ChannelOptions options, Owner owner, DeadlineTimer timer) {
    this.wire = wire;
    this.owner = owner;
    this.timer = timer;
    this.keepaliveNanos = options.keepaliveTime().toNanos();
    this.keepaliveTimeoutNanos = options.keepaliveTimeout().toNanos();
    this.lastReadNanos = System.nanoTime();
    this.readyByNanos = lastReadNanos + options.connectTimeout().toNanos();
    this.outbox =
        new Outbox(wire, endpoint.authority(), options.tls().isPresent() ? "https" : "http", this);
  }

  // ---- calls

  /**
   * Takes the call on.
   *
   * @param lone whether its caller will {@link #await} it, so that no threads are needed for it
   * @return false if the connection takes no more calls
   */
  boolean open(Stream stream, boolean lone) {
    Status refusal = outbox.refusal(stream);
    if (refusal != null) {
      stream.receiveEnd(refusal, new Metadata());
      return true;
    }
    if (!outbox.open(stream, lone && wire.isTimed())) {
      return false;
    }
    if (outbox.isThreaded()) {
      startThreads();
    }
    outbox.kick();
    if (stream.isEnded()) {
      outbox.reset(stream, ErrorCode.CANCEL); // its end may have missed its coming here
    }
    return true;
  }

  void wantSend(Stream stream) {
    outbox.wantSend(stream);
  }

  /** Gives up on a stream; nothing more of it will be heard. */
  void reset(Stream stream, int errorCode) {
    outbox.reset(stream, errorCode);
  }

  void giveCredit(Stream stream) {
    int bytes = stream.takeCredit();
    if (bytes > 0) {
      outbox.credit(stream, bytes);
    }
  }

  /** Waits in this thread, reading if nobody else does, until the call is done or has moved. */
  void await(Stream stream, UnaryWait wait) {
    boolean timed = stream.options.deadlineNanos().isPresent();
    long deadline = timed ? stream.options.deadlineNanos().getAsLong() : 0;
    boolean reading = false;
    try {
      while (!wait.isDone() && stream.connection == this) {
        long left = timed ? deadline - System.nanoTime() : Long.MAX_VALUE;
        if (left <= 0) {
          stream.fail(Status.DEADLINE_EXCEEDED);
        } else if (reading || outbox.takeBaton()) {
          reading = true;
          readWithin(left);
        } else {
          LockSupport.parkNanos(this, left);
          if (Thread.currentThread().isInterrupted()) {
            stream.fail(Status.CANCELLED);
          }
        }
      }
    } finally {
      if (reading && outbox.layDownBaton()) {
        startReader();
      }
    }
  }

  // ---- the connection's life

  /** Starts the threads now, so that its loss will be noticed without a call. */
  void watchOver() {
    outbox.becomeThreaded();
    startThreads();
  }

  private void startThreads() {
    if (outbox.claimWriter()) {
      start("rpc-writer", outbox::run);
      if (serverReady) {
        watchKeepalive();
      } else {
        timer.at(readyByNanos, this::checkTime);
      }
    }
    if (outbox.takeBatonForThread()) {
      startReader();
    }
  }

  private void startReader() {
    start("rpc-reader", this::readUntilClosed);
  }

  private static void start(String name, Runnable loop) {
    Thread thread = new Thread(loop, name);
    thread.setDaemon(true);
    thread.start();
  }

  Peer peer() {
    return wire.peer();
  }

  boolean isReady() {
    return serverReady;
  }

  boolean isOpen() {
    return outbox.isOpen();
  }

  /** Reads until the server says that it is there; false if it has not by the deadline. */
  boolean awaitReady(long deadlineNanos) {
    outbox.kick(); // a Go server speaks only when it has heard us
    if (outbox.takeBaton()) {
      try {
        long left = deadlineNanos - System.nanoTime();
        while (!serverReady && outbox.isOpen() && left > 0) {
          readWithin(left);
          left = deadlineNanos - System.nanoTime();
        }
      } finally {
        if (outbox.layDownBaton()) {
          startReader();
        }
      }
    }
    return serverReady && outbox.isOpen();
  }

  /** Whether it may have been lost without anybody's noticing. */
  boolean needsProbe() {
    return !outbox.isThreaded() && System.nanoTime() - lastReadNanos > PROBE_AFTER_NANOS;
  }

  /** Reads what came while nobody was reading: news, or the end. */
  void probe() {
    if (!outbox.takeBaton()) {
      return;
    }
    try {
      for (int i = 0; i < PROBE_READS && readSome(PROBE_MILLIS); i++) {
        // until there is nothing more, or more than there should be
      }
      lastReadNanos = System.nanoTime();
    } finally {
      if (outbox.layDownBaton()) {
        startReader();
      }
    }
  }

  void close(Status why) {
    shutDown(why, ErrorCode.NO_ERROR, "");
  }

  private void readUntilClosed() {
    while (outbox.isOpen()) {
      readSome(0);
    }
  }

  private void readWithin(long leftNanos) {
    long now = System.nanoTime();
    long limit = leftNanos;
    if (!serverReady) {
      limit = Math.min(limit, readyByNanos - now);
    } else if (keepaliveNanos > 0) {
      limit = Math.min(limit, nextKeepalive() - now);
    }
    long millis = limit <= 0 ? 1 : Math.min(TimeUnit.NANOSECONDS.toMillis(limit) + 1, 1 << 30);
    if (!readSome(limit == Long.MAX_VALUE ? 0 : (int) millis)) {
      checkTime();
    }
  }

  /** Reads once; false if nothing came within {@code millis}, or the connection is closed. */
  private boolean readSome(int millis) {
    try {
      byte[] buffer = frames.buffer();
      int count = wire.read(buffer, frames.writePosition(), millis);
      if (count < 0) {
        lost("EOF");
        return false;
      }
      lastReadNanos = System.nanoTime();
      frames.filled(count);
      dispatch();
      outbox.kick();
      return true;
    } catch (SocketTimeoutException _) {
      return false;
    } catch (IOException e) {
      lost(Wire.readError(e));
      return false;
    } catch (RuntimeException | Error e) {
      // Frames have been left half done: nobody could make sense of the next ones.
      lost(e.toString());
      Thread thread = Thread.currentThread();
      thread.getUncaughtExceptionHandler().uncaughtException(thread, e);
      return false;
    }
  }

  private void dispatch() {
    boolean more = true;
    while (more && outbox.isOpen()) {
      try {
        more = frames.next(this);
      } catch (Http2Exception e) {
        Stream stream = e.streamId() == 0 ? null : outbox.stream(e.streamId());
        if (e.streamId() == 0) {
          protocolError(e.errorCode(), String.valueOf(e.getMessage()));
        } else if (stream != null) {
          failStream(
              stream, e.errorCode(), new Status(Code.INTERNAL, String.valueOf(e.getMessage())));
        }
      } catch (HpackException e) {
        protocolError(ErrorCode.COMPRESSION_ERROR, String.valueOf(e.getMessage()));
      }
    }
  }

  private void protocolError(int errorCode, String text) {
    shutDown(unavailable("http2: ".concat(text)), errorCode, text);
  }

  /** The other side is gone. */
  void lost(String reason) {
    shutDown(unavailable(reason), ErrorCode.NO_ERROR, "");
  }

  private Status unavailable(String reason) {
    if (!serverReady) {
      return new Status(
          Code.UNAVAILABLE,
          "connection error: desc = \"error reading server preface: " + reason + "\"");
    }
    String text = "error reading from server: ".concat(reason);
    return new Status(
        Code.UNAVAILABLE,
        goAwayText.isEmpty()
            ? text
            : "closing transport due to: connection error: desc = \""
                + text
                + "\", received prior goaway: "
                + goAwayText);
  }

  private void shutDown(Status why, int errorCode, String text) {
    List<Stream> left = outbox.close();
    if (left == null) {
      return;
    }
    if (errorCode == ErrorCode.NO_ERROR) {
      wire.close();
    } else {
      sayGoodbye(errorCode, text);
    }
    boolean wasReady = serverReady;
    owner.closed(this, wasReady, why);
    for (Stream stream : left) {
      // Before its SETTINGS a server has not begun with anything.
      if (why.code() == Code.UNAVAILABLE && (!wasReady || stream.id == 0)) {
        owner.again(stream, wasReady, why);
      } else {
        stream.receiveEnd(why, new Metadata());
      }
    }
  }

  /** Names the peer's error to it. A peer that does not read must not hold us up. */
  private void sayGoodbye(int errorCode, String text) {
    start(
        "rpc-goodbye",
        () -> {
          try {
            outbox.goodbye(errorCode, text.getBytes(StandardCharsets.UTF_8));
          } finally {
            wire.close();
          }
        });
    timer.at(System.nanoTime() + TimeUnit.SECONDS.toNanos(1), wire::close);
  }

  /** The socket takes nothing more. */
  void writeFailed(String reason) {
    lost(reason);
  }

  // ---- time

  private long nextKeepalive() {
    return pingOpen
        ? pingSentNanos + Math.min(keepaliveTimeoutNanos, keepaliveNanos)
        : lastReadNanos + keepaliveNanos;
  }

  private void watchKeepalive() {
    if (keepaliveNanos > 0 && keepaliveWatched.compareAndSet(false, true)) {
      checkKeepalive();
    }
  }

  private void checkKeepalive() {
    if (outbox.isOpen()) {
      checkTime();
      timer.at(Math.max(nextKeepalive(), System.nanoTime() + 1_000_000), this::checkKeepalive);
    }
  }

  /** Sends a PING when it is time, gives the connection up when its answer is overdue. */
  private void checkTime() {
    long now = System.nanoTime();
    if (!serverReady) {
      if (now - readyByNanos >= 0) {
        lost("timed out waiting for server handshake");
      }
      return;
    }
    if (keepaliveNanos <= 0) {
      return;
    }
    if (pingOpen && lastReadNanos - pingSentNanos > 0) {
      pingOpen = false;
    }
    if (!outbox.hasCalls()) {
      pingOpen = false; // nobody waits, nothing is due
      lastReadNanos = now;
    } else if (pingOpen) {
      if (now - pingSentNanos >= keepaliveTimeoutNanos) {
        shutDown(
            new Status(Code.UNAVAILABLE, "keepalive ping failed to receive ACK within timeout"),
            ErrorCode.NO_ERROR,
            "");
      }
    } else if (now - lastReadNanos >= keepaliveNanos) {
      pingSentNanos = now;
      pingOpen = true;
      outbox.ping();
    }
  }

  // ---- frames

  private void afterSettings() {
    if (!serverReady) {
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "the first frame is not SETTINGS");
    }
  }

  @Override
  public void data(
      int streamId, boolean endStream, byte[] bytes, int offset, int length, int flowBytes) {
    afterSettings();
    uncreditedBytes += flowBytes;
    if (uncreditedBytes > Outbox.CONNECTION_WINDOW_BYTES) {
      throw new Http2Exception(
          ErrorCode.FLOW_CONTROL_ERROR, "more data than the connection's window");
    }
    if (uncreditedBytes >= Outbox.CONNECTION_WINDOW_BYTES / 4) {
      outbox.creditConnection(uncreditedBytes);
      uncreditedBytes = 0;
    }
    Stream stream = known(streamId);
    if (stream == null) {
      return;
    }
    if (!stream.headersSeen()) {
      failStream(
          stream,
          ErrorCode.PROTOCOL_ERROR,
          new Status(Code.INTERNAL, "the server sent data without headers"));
      return;
    }
    if (!stream.withinWindow(flowBytes)) {
      stream.fail(new Status(Code.INTERNAL, "the server sent more than the window allows"));
      return;
    }
    Status error = stream.receiveData(bytes, offset, length, flowBytes);
    if (error != null) {
      failStream(stream, ErrorCode.CANCEL, error);
      return;
    }
    giveCredit(stream);
    if (endStream) {
      finish(
          stream,
          new Status(Code.INTERNAL, "server closed the stream without sending trailers"),
          new Metadata());
    }
  }

  @Override
  public void headers(
      int streamId, boolean endStream, boolean endHeaders, byte[] bytes, int offset, int length) {
    afterSettings();
    blockStream = streamId;
    blockEndsStream = endStream;
    blockLength = 0;
    if (endHeaders) {
      decode(bytes, offset, length);
    } else {
      collect(bytes, offset, length);
    }
  }

  @Override
  public void continuation(int streamId, boolean endHeaders, byte[] bytes, int offset, int length) {
    collect(bytes, offset, length);
    if (endHeaders) {
      decode(block, 0, blockLength);
    }
  }

  private void collect(byte[] bytes, int offset, int length) {
    if (blockLength + length > MAX_HEADER_LIST_BYTES) {
      throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "a header block without end");
    }
    if (block.length < blockLength + length) {
      block = Arrays.copyOf(block, Math.max(2 * block.length, blockLength + length));
    }
    System.arraycopy(bytes, offset, block, blockLength, length);
    blockLength += length;
  }

  private void decode(byte[] bytes, int offset, int length) {
    ResponseHeaders received = new ResponseHeaders();
    boolean whole = hpack.decode(bytes, offset, length, received);
    Stream stream = known(blockStream);
    if (stream == null) {
      return;
    }
    if (!whole) {
      failStream(
          stream,
          ErrorCode.PROTOCOL_ERROR,
          new Status(
              Code.INTERNAL,
              "peer header list size exceeded limit of " + MAX_HEADER_LIST_BYTES + " bytes"));
    } else if (stream.headersSeen()) {
      if (blockEndsStream) {
        finish(stream, received.status(), received.custom());
      } else {
        failStream(
            stream,
            ErrorCode.PROTOCOL_ERROR,
            new Status(Code.INTERNAL, "a HEADERS frame cannot appear in the middle of a stream"));
      }
    } else if (received.isInformational() && !blockEndsStream) {
      return; // 1xx: the answer is still to come
    } else if (!received.isGrpc()) {
      failStream(stream, ErrorCode.CANCEL, received.foreignStatus());
    } else if (blockEndsStream) {
      finish(stream, received.status(), received.custom());
    } else {
      stream.receiveHeaders(received);
    }
  }

  /** The open stream of this id; null if it has ended; an error if there never was one. */
  private @Nullable Stream known(int streamId) {
    Stream stream = outbox.stream(streamId);
    if (stream == null && !outbox.wasOpened(streamId)) {
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "stream " + streamId + " was not opened");
    }
    return stream;
  }

  /** The server has ended the call. */
  private void finish(Stream stream, Status status, Metadata trailers) {
    // The server may end a call before it has heard all of it; tell it to forget the rest.
    outbox.forget(stream, stream.isEndSent() ? -1 : ErrorCode.NO_ERROR);
    stream.receiveEnd(status, trailers);
    closeIfDrained();
  }

  private void failStream(Stream stream, int errorCode, Status status) {
    outbox.forget(stream, errorCode);
    stream.receiveEnd(status, new Metadata());
    closeIfDrained();
  }

  private void closeIfDrained() {
    if (outbox.isDrained()) {
      close(new Status(Code.UNAVAILABLE, "the connection is drained"));
    }
  }

  @Override
  public void resetStream(int streamId, int errorCode) {
    afterSettings();
    Stream stream = known(streamId);
    if (stream == null) {
      return;
    }
    outbox.forget(stream, -1);
    Status status = resetStatus(errorCode);
    if (errorCode == ErrorCode.REFUSED_STREAM) {
      owner.again(stream, true, status);
    } else if (errorCode == ErrorCode.CANCEL && stream.isOverdue()) {
      stream.receiveEnd(
          Status.DEADLINE_EXCEEDED, new Metadata()); // the server was faster to see it
    } else {
      stream.receiveEnd(status, new Metadata());
    }
    closeIfDrained();
  }

  private static Status resetStatus(int errorCode) {
    Code code =
        switch (errorCode) {
          case ErrorCode.REFUSED_STREAM -> Code.UNAVAILABLE;
          case ErrorCode.CANCEL -> Code.CANCELLED;
          case ErrorCode.FLOW_CONTROL_ERROR, ErrorCode.ENHANCE_YOUR_CALM -> Code.RESOURCE_EXHAUSTED;
          case ErrorCode.INADEQUATE_SECURITY -> Code.PERMISSION_DENIED;
          case ErrorCode.NO_ERROR,
              ErrorCode.PROTOCOL_ERROR,
              ErrorCode.INTERNAL_ERROR,
              ErrorCode.SETTINGS_TIMEOUT,
              ErrorCode.STREAM_CLOSED,
              ErrorCode.FRAME_SIZE_ERROR,
              ErrorCode.COMPRESSION_ERROR,
              ErrorCode.CONNECT_ERROR,
              ErrorCode.HTTP_1_1_REQUIRED ->
              Code.INTERNAL;
          default -> Code.UNKNOWN;
        };
    return new Status(
        code,
        "stream terminated by RST_STREAM with error code: ".concat(ErrorCode.name(errorCode)));
  }

  @Override
  public void setting(int id, int value) {
    outbox.setting(id, value);
  }

  @Override
  public void settingsEnd() {
    outbox.settingsEnd();
    if (!serverReady) {
      serverReady = true;
      owner.ready(this);
      if (outbox.isThreaded()) {
        watchKeepalive();
      }
    }
  }

  @Override
  public void settingsAck() {
    afterSettings();
  }

  @Override
  public void pushPromise(
      int streamId,
      int promisedStreamId,
      boolean endHeaders,
      byte[] bytes,
      int offset,
      int length) {
    throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "PUSH_PROMISE, though push is off");
  }

  @Override
  public void ping(boolean ack, long opaque) {
    afterSettings();
    if (!ack) {
      outbox.pong(opaque);
    }
  }

  @Override
  public void goAway(int lastStreamId, int errorCode, byte[] bytes, int offset, int length) {
    String debug = new String(bytes, offset, Math.min(length, 1024), StandardCharsets.UTF_8);
    goAwayText = "code: " + ErrorCode.name(errorCode) + ", debug data: \"" + debug + "\"";
    List<Stream> unserved = outbox.drain(lastStreamId);
    owner.draining(
        this, errorCode == ErrorCode.ENHANCE_YOUR_CALM && debug.equals("too_many_pings"));
    Status why = new Status(Code.UNAVAILABLE, "the server is going away: " + goAwayText);
    for (Stream stream : unserved) {
      owner.again(stream, serverReady, why);
    }
    closeIfDrained();
  }

  @Override
  public void windowUpdate(int streamId, int increment) {
    afterSettings();
    if (streamId == 0) {
      outbox.widen(increment);
    } else {
      Stream stream = known(streamId);
      if (stream != null && !outbox.widen(stream, increment)) {
        failStream(
            stream,
            ErrorCode.FLOW_CONTROL_ERROR,
            new Status(Code.INTERNAL, "WINDOW_UPDATE beyond 2^31-1"));
      }
    }
  }
}
