package io.quorate.rpc.socket;

import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.Timeouts;
import io.quorate.rpc.hpack.HpackEncoder;
import io.quorate.rpc.hpack.HpackEncoder.Indexing;
import io.quorate.rpc.http2.ErrorCode;
import io.quorate.rpc.http2.FrameWriter;
import io.quorate.rpc.http2.Frames;
import io.quorate.rpc.http2.Http2Exception;
import java.io.IOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import org.jspecify.annotations.Nullable;

/**
 * What a connection has open and has to say. Frames are collected under the lock, in the order of
 * what happened, and written outside of it, all that has gathered in one write. DATA is cut when
 * its turn comes, in turns between the streams, so that what waits stands in the streams and not
 * here.
 *
 * <p>Writing is a baton too: whoever finds it free writes until nothing is left; once there are
 * threads, only the writer thread does, so that no caller waits for the socket.
 */
final class Outbox {
  /** What the server may send on all streams together before we have read it. */
  static final int CONNECTION_WINDOW_BYTES = 16 << 20;

  /** How much DATA is cut ahead of one write. */
  private static final int GATHER_BYTES = 128 * 1024;

  /** A peer that makes us answer and does not read the answers is cut off here. */
  private static final int ANSWERS_BYTES = 4 << 20;

  private static final int NO_ONE = 0;
  private static final int A_CALLER = 1;
  private static final int THE_THREAD = 2;

  private record Setting(int id, int value) {}

  private final Wire wire;
  private final String authority;
  private final String scheme;
  private final Connection connection;

  private final ReentrantLock lock = new ReentrantLock();
  private final Condition work = lock.newCondition();

  // All below is guarded by lock.
  private final Map<Integer, Stream> streams = new HashMap<>();
  private final ArrayDeque<Stream> waiting = new ArrayDeque<>(); // for a stream to be free
  private final ArrayDeque<Stream> sendable = new ArrayDeque<>();
  private final ArrayList<Stream> withNews = new ArrayList<>();
  private final ArrayList<Setting> settings = new ArrayList<>(); // of a frame that is being read
  private final HpackEncoder hpack = new HpackEncoder(Frames.DEFAULT_TABLE_BYTES);
  private FrameWriter out = new FrameWriter();
  private FrameWriter spare = new FrameWriter();
  private int nextId = 1;
  private long sendWindow = Frames.DEFAULT_WINDOW;
  private int initialWindow = Frames.DEFAULT_WINDOW;
  private int maxFrame = Frames.DEFAULT_MAX_PAYLOAD;
  private long maxHeaderList = Long.MAX_VALUE;
  private long maxStreams = Long.MAX_VALUE;
  private boolean writing;
  private boolean idle;
  private int reader = NO_ONE;
  private boolean writerStarted;
  private boolean draining;

  private volatile boolean threaded;
  private volatile boolean open = true;

  Outbox(Wire wire, String authority, String scheme, Connection connection) {
    this.wire = wire;
    this.authority = authority;
    this.scheme = scheme;
    this.connection = connection;
    out.raw(Frames.preface());
    out.settings(
        Frames.SETTING_ENABLE_PUSH,
        0,
        Frames.SETTING_INITIAL_WINDOW_SIZE,
        Stream.WINDOW_BYTES,
        Frames.SETTING_MAX_HEADER_LIST_SIZE,
        Connection.MAX_HEADER_LIST_BYTES);
    out.windowUpdate(0, CONNECTION_WINDOW_BYTES - Frames.DEFAULT_WINDOW);
  }

  // ---- batons

  boolean isThreaded() {
    return threaded;
  }

  boolean isOpen() {
    return open;
  }

  void becomeThreaded() {
    threaded = true;
  }

  /** Whether the caller has become the one to start the writer thread. */
  boolean claimWriter() {
    lock.lock();
    try {
      boolean first = !writerStarted;
      writerStarted = true;
      return first;
    } finally {
      lock.unlock();
    }
  }

  boolean takeBaton() {
    return takeBaton(A_CALLER);
  }

  boolean takeBatonForThread() {
    return takeBaton(THE_THREAD);
  }

  private boolean takeBaton(int who) {
    lock.lock();
    try {
      if (reader != NO_ONE || !open || (who == A_CALLER && threaded)) {
        return false;
      }
      reader = who;
      return true;
    } finally {
      lock.unlock();
    }
  }

  /** A caller reads no more; true if it must start the reader thread, which has the baton then. */
  boolean layDownBaton() {
    lock.lock();
    try {
      boolean thread = open && (threaded || !streams.isEmpty());
      threaded |= thread;
      reader = thread ? THE_THREAD : NO_ONE;
      return thread;
    } finally {
      lock.unlock();
    }
  }

  // ---- streams

  boolean open(Stream stream, boolean lone) {
    lock.lock();
    try {
      if (!open || draining) {
        return false;
      }
      threaded |= !lone || !streams.isEmpty();
      stream.connection = connection;
      stream.id = 0;
      if (streams.size() >= maxStreams) {
        waiting.add(stream);
      } else {
        begin(stream);
      }
      return true;
    } finally {
      lock.unlock();
    }
  }

  private void begin(Stream stream) {
    stream.id = nextId;
    nextId += 2;
    draining |= nextId < 0; // the ids are used up
    stream.sendWindow = initialWindow;
    stream.isSendable = false;
    streams.put(stream.id, stream);
    encodeHeaders(stream);
    out.headers(stream.id, false, hpack.buffer(), hpack.length(), maxFrame);
    enqueue(stream);
  }

  private void encodeHeaders(Stream stream) {
    hpack.begin();
    hpack.header(":method", "POST");
    hpack.header(":scheme", scheme);
    hpack.header(":path", stream.method);
    hpack.header(":authority", authority);
    hpack.header("content-type", "application/grpc");
    hpack.header("user-agent", "grpc-quorate/0.1");
    hpack.header("te", "trailers");
    if (stream.options.gzip()) {
      hpack.header("grpc-encoding", "gzip");
    }
    hpack.header("grpc-accept-encoding", "gzip");
    if (stream.options.deadlineNanos().isPresent()) {
      long left = stream.options.deadlineNanos().getAsLong() - System.nanoTime();
      hpack.header("grpc-timeout", Timeouts.format(left), Indexing.SKIP);
    }
    Metadata metadata = stream.options.metadata();
    for (int i = 0; i < metadata.size(); i++) {
      String name = metadata.name(i);
      boolean secret = name.equals("authorization") || name.equals("token");
      hpack.header(name, metadata.value(i), secret ? Indexing.NEVER : Indexing.ADD);
    }
  }

  private long headerListBytes(Stream stream) {
    long bytes = 400L + stream.method.length() + authority.length();
    Metadata metadata = stream.options.metadata();
    for (int i = 0; i < metadata.size(); i++) {
      bytes += 32L + metadata.name(i).length() + metadata.value(i).length();
    }
    return bytes;
  }

  /** Null, or why the server would not take this call's headers. */
  @Nullable Status refusal(Stream stream) {
    lock.lock();
    try {
      return maxHeaderList == Long.MAX_VALUE || headerListBytes(stream) <= maxHeaderList
          ? null
          : new Status(
              Code.INTERNAL,
              "header list size to send violates the maximum size ("
                  + maxHeaderList
                  + " bytes) set by server");
    } finally {
      lock.unlock();
    }
  }

  void wantSend(Stream stream) {
    lock.lock();
    try {
      if (streams.get(stream.id) != stream) {
        return;
      }
      enqueue(stream);
    } finally {
      lock.unlock();
    }
    kick();
  }

  private void enqueue(Stream stream) {
    if (!stream.isSendable && stream.hasMore()) {
      stream.isSendable = true;
      sendable.add(stream);
    }
  }

  @Nullable Stream stream(int id) {
    lock.lock();
    try {
      return streams.get(id);
    } finally {
      lock.unlock();
    }
  }

  /** Whether this client has ever opened stream {@code id}. */
  boolean wasOpened(int id) {
    lock.lock();
    try {
      return (id & 1) == 1 && (id < nextId || nextId < 0);
    } finally {
      lock.unlock();
    }
  }

  boolean hasCalls() {
    lock.lock();
    try {
      return !streams.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  void reset(Stream stream, int errorCode) {
    forget(stream, errorCode);
    kick();
    if (isDrained()) {
      connection.close(new Status(Code.UNAVAILABLE, "the connection is drained"));
    }
  }

  /**
   * The stream is over.
   *
   * @param errorCode told to the server by RST_STREAM unless negative
   */
  void forget(Stream stream, int errorCode) {
    lock.lock();
    try {
      if (stream.id != 0 && streams.remove(stream.id, stream)) {
        if (errorCode >= 0 && open) {
          out.resetStream(stream.id, errorCode);
        }
        if (stream.isSendable) {
          stream.isSendable = false;
          sendable.remove(stream);
        }
        beginWaiting();
      } else {
        waiting.remove(stream);
      }
    } finally {
      lock.unlock();
    }
  }

  private void beginWaiting() {
    while (open && !draining && streams.size() < maxStreams && !waiting.isEmpty()) {
      begin(waiting.remove());
    }
  }

  /** No new streams; returns those that the server will not serve. */
  List<Stream> drain(int lastStreamId) {
    lock.lock();
    try {
      draining = true;
      List<Stream> unserved = new ArrayList<>();
      for (Stream stream : streams.values()) {
        if (stream.id > lastStreamId) {
          unserved.add(stream);
        }
      }
      unserved.sort(Comparator.comparingInt(stream -> stream.id));
      for (Stream stream : unserved) {
        streams.remove(stream.id);
        if (stream.isSendable) {
          stream.isSendable = false;
          sendable.remove(stream);
        }
      }
      unserved.addAll(waiting);
      waiting.clear();
      return unserved;
    } finally {
      lock.unlock();
    }
  }

  boolean isDrained() {
    lock.lock();
    try {
      return open && draining && streams.isEmpty();
    } finally {
      lock.unlock();
    }
  }

  /** Returns what was open; null if it was closed already. */
  @Nullable List<Stream> close() {
    lock.lock();
    try {
      if (!open) {
        return null;
      }
      open = false;
      List<Stream> left = new ArrayList<>(streams.values());
      left.addAll(waiting);
      streams.clear();
      waiting.clear();
      sendable.clear();
      work.signalAll();
      return left;
    } finally {
      lock.unlock();
    }
  }

  /** After {@link #close}: writes a GOAWAY, unless a write is still under way. */
  void goodbye(int errorCode, byte[] text) {
    lock.lock();
    try {
      if (writing) {
        return;
      }
      writing = true;
    } finally {
      lock.unlock();
    }
    FrameWriter last = new FrameWriter();
    last.goAway(0, errorCode, text);
    try {
      wire.write(last.buffer(), last.length());
    } catch (IOException _) {
      // it is gone
    }
  }

  // ---- what the server says about writing

  /** Takes effect with {@link #settingsEnd}. */
  void setting(int id, int value) {
    lock.lock();
    try {
      settings.add(new Setting(id, value));
    } finally {
      lock.unlock();
    }
  }

  /**
   * Nothing is cut between the new values and the acknowledgement: a server may hold us to the old
   * ones until it has read that (RFC 9113 section 6.5.3).
   */
  void settingsEnd() {
    lock.lock();
    try {
      settings.forEach(this::apply);
      settings.clear();
      out.settingsAck();
      boundAnswers();
      beginWaiting();
    } finally {
      lock.unlock();
    }
  }

  private void apply(Setting setting) {
    int value = setting.value;
    switch (setting.id) {
      case Frames.SETTING_MAX_CONCURRENT_STREAMS -> maxStreams = Integer.toUnsignedLong(value);
      case Frames.SETTING_INITIAL_WINDOW_SIZE -> initialWindow(value);
      case Frames.SETTING_MAX_FRAME_SIZE ->
          maxFrame = Math.min(value, 4 * Frames.DEFAULT_MAX_PAYLOAD);
      case Frames.SETTING_HEADER_TABLE_SIZE ->
          hpack.peerTableSize(value < 0 ? Integer.MAX_VALUE : value);
      case Frames.SETTING_MAX_HEADER_LIST_SIZE -> maxHeaderList = Integer.toUnsignedLong(value);
      default -> {
        // not for us
      }
    }
  }

  private void initialWindow(int value) {
    long change = (long) value - initialWindow;
    initialWindow = value;
    for (Stream stream : streams.values()) {
      stream.sendWindow += change;
      if (stream.sendWindow > Integer.MAX_VALUE) {
        throw new Http2Exception(
            ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE takes a window beyond 2^31-1");
      }
      enqueue(stream);
    }
  }

  void pong(long opaque) {
    lock.lock();
    try {
      out.ping(true, opaque);
      boundAnswers();
    } finally {
      lock.unlock();
    }
  }

  private void boundAnswers() {
    if (out.length() > ANSWERS_BYTES) {
      throw new Http2Exception(ErrorCode.ENHANCE_YOUR_CALM, "answers that are never read");
    }
  }

  void ping() {
    lock.lock();
    try {
      out.ping(false, 0x71756f72617465L);
    } finally {
      lock.unlock();
    }
    kick();
  }

  void widen(int increment) {
    lock.lock();
    try {
      sendWindow += increment;
      if (sendWindow > Integer.MAX_VALUE) {
        throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "WINDOW_UPDATE beyond 2^31-1");
      }
    } finally {
      lock.unlock();
    }
  }

  /** False if the window would pass 2^31-1. */
  boolean widen(Stream stream, int increment) {
    lock.lock();
    try {
      stream.sendWindow += increment;
      enqueue(stream);
      return stream.sendWindow <= Integer.MAX_VALUE;
    } finally {
      lock.unlock();
    }
  }

  void creditConnection(int bytes) {
    lock.lock();
    try {
      out.windowUpdate(0, bytes);
    } finally {
      lock.unlock();
    }
  }

  void credit(Stream stream, int bytes) {
    lock.lock();
    try {
      if (streams.get(stream.id) != stream) {
        return;
      }
      out.windowUpdate(stream.id, bytes);
    } finally {
      lock.unlock();
    }
    kick();
  }

  // ---- writing

  /** Sees to it that what was collected gets written. Not under the lock. */
  void kick() {
    if (threaded) {
      lock.lock();
      try {
        if (idle) {
          work.signal();
        }
      } finally {
        lock.unlock();
      }
    } else {
      write(false);
    }
  }

  /** The writer thread's loop. */
  void run() {
    while (open) {
      write(true);
      lock.lock();
      try {
        while (open && (writing || (out.length() == 0 && !canCut()))) {
          idle = true;
          work.awaitUninterruptibly();
          idle = false;
        }
      } finally {
        lock.unlock();
      }
    }
  }

  private boolean canCut() {
    for (Stream stream : sendable) {
      if ((sendWindow > 0 && stream.sendWindow > 0) || stream.hasOnlyItsEnd()) {
        return true;
      }
    }
    return false;
  }

  private void write(boolean inThread) {
    while (true) {
      FrameWriter full = null; // what this turn writes; decided under the lock, ours from then on
      List<Stream> news = List.of();
      lock.lock();
      try {
        if (writing || !open) {
          return;
        }
        cutData();
        if (!withNews.isEmpty()) {
          news = new ArrayList<>(withNews);
          withNews.clear();
        }
        if (out.length() > 0) {
          full = out;
          out = spare;
          spare = full;
          writing = true;
        }
      } finally {
        lock.unlock();
      }
      boolean more = full != null && writeOut(full);
      for (Stream stream : news) {
        stream.deliver();
      }
      if (!more || (threaded && !inThread)) {
        return;
      }
    }
  }

  /** Writes; true if it went well. */
  private boolean writeOut(FrameWriter full) {
    String error = null;
    try {
      wire.write(full.buffer(), full.length());
    } catch (IOException e) {
      error = String.valueOf(e.getMessage());
    } catch (RuntimeException | Error e) {
      error = e.toString();
    }
    lock.lock();
    try {
      writing = false;
      full.clear(2 * GATHER_BYTES);
      if (idle) {
        work.signal(); // the thread may have come while a caller was writing
      }
    } finally {
      lock.unlock();
    }
    if (error != null) {
      // What the server said last may explain it, and is still to be read.
      connection.writeFailed(error);
    }
    return error == null;
  }

  /** Cuts DATA frames as far as windows and the size of one write allow, stream by stream. */
  private void cutData() {
    int turns = sendable.size();
    while (turns > 0 && out.length() < GATHER_BYTES) {
      Stream stream = sendable.remove();
      stream.isSendable = false;
      turns--;
      int max = (int) Math.min(maxFrame, Math.min(sendWindow, stream.sendWindow));
      int count = stream.writeData(out, max);
      if (count < 0) {
        if (stream.hasMore() && stream.sendWindow > 0) {
          stream.isSendable = true; // only the connection's window is closed
          sendable.add(stream);
        }
        continue;
      }
      sendWindow -= count;
      stream.sendWindow -= count;
      if (stream.hasNews()) {
        withNews.add(stream);
      }
      if (stream.hasMore()) {
        stream.isSendable = true;
        sendable.add(stream);
        turns += sendWindow > 0 && stream.sendWindow > 0 ? 1 : 0;
      }
    }
  }
}
