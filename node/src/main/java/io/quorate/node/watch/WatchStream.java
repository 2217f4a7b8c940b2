package io.quorate.node.watch;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.watch.WatchBatch;
import io.quorate.mvcc.watch.WatchChannel;
import io.quorate.mvcc.watch.WatchEvent;
import io.quorate.mvcc.watch.WatchHub;
import io.quorate.mvcc.watch.WatchRequest;
import io.quorate.mvcc.watch.Watcher;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.ToIntFunction;
import org.jspecify.annotations.Nullable;

/**
 * All watchers of one client stream. What the hub finds and what the client is answered goes
 * through one queue, so that it is said in the order in which it became true:
 *
 * <pre>
 *   hub ── created(3) ─ events(3) ─ events(5) ─ progress ──► queue ──take()──► server
 * </pre>
 *
 * <p>When the queue is full ({@link WatchChannel}), the hub keeps batches (a victim) until there is
 * room. Answers to requests are not held back, so the owner takes no further request where {@link
 * #takesRequests} says so: who asks and does not listen must not fill the heap. Requests and {@link
 * #take} belong to the stream's owner thread; the hub's thread only adds to the queue.
 */
public final class WatchStream {
  /** How the stream's owner learns of what waits. */
  @FunctionalInterface
  public interface Waker {
    /** Something can be taken. Any thread; called once until the queue was found empty. */
    void wake();
  }

  private static final String RANGE_EMPTY = "mvcc: watcher range is empty";
  private static final String DUPLICATE_ID = "mvcc: duplicate watch ID provided on the WatchStream";
  private static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";

  /** Answers that may wait, or be on their way, before no further request is taken. */
  private static final int ANSWERS_LIMIT = 128;

  private static final class Live {
    private final Watcher watcher;
    private final boolean progressNotify;
    private final boolean fragment;
    // From the beginning: the first tick after a quiet start is told of (spec/api.md 8.3).
    private volatile boolean quiet = true;

    private Live(Watcher watcher, WatchCreate create) {
      this.watcher = watcher;
      this.progressNotify = create.progressNotify();
      this.fragment = create.fragment();
    }
  }

  private final WatchHub hub;
  private final int fragmentBytes;
  private final ToIntFunction<WatchOutput.Events> encodedBytes;
  private final Waker waker;
  private final Map<Long, Live> watchers = new HashMap<>();
  // The same ones by the hub's handle, for its thread and the ticker's.
  private final Map<Watcher, Live> byHandle = new ConcurrentHashMap<>();
  private final ConcurrentLinkedQueue<WatchOutput> queue = new ConcurrentLinkedQueue<>();
  private final AtomicInteger waitingBatches = new AtomicInteger();
  private final AtomicLong waitingBytes = new AtomicLong();
  private final AtomicInteger waiting = new AtomicInteger();
  private final AtomicLong pendingEvents = new AtomicLong();
  // All but events and their end. Counted from the request on, if it is sure to be answered.
  private final AtomicInteger answers = new AtomicInteger();
  private final WatchChannel channel = this::offer;
  private long nextId;
  private volatile boolean closed;
  // The hub has a batch for which there was no room.
  private volatile boolean refused;
  private List<WatchOutput> fragments = List.of();

  /**
   * @param fragmentBytes from which encoded size on a response is split where the client allows it
   * @param encodedBytes the size of a response as the server will encode it
   */
  public WatchStream(
      WatchHub hub,
      int fragmentBytes,
      ToIntFunction<WatchOutput.Events> encodedBytes,
      Waker waker) {
    this.hub = hub;
    this.fragmentBytes = fragmentBytes;
    this.encodedBytes = encodedBytes;
    this.waker = waker;
  }

  /** Adds a watcher, or refuses; the answer comes through the queue. {@code revision} is now's. */
  public void create(WatchCreate create, long revision) {
    answers.incrementAndGet();
    if (create.startRevision() < 0) {
      put(new WatchOutput.Refused(-1, COMPACTED, revision));
      return;
    }
    KeyRange range = create.range();
    if (!range.isSingle()
        && !range.isFromKey()
        && Arrays.compareUnsigned(range.key(), range.end()) >= 0) {
      put(new WatchOutput.Refused(-1, RANGE_EMPTY, revision));
      return;
    }
    long id = create.id();
    if (id != 0 && watchers.containsKey(id)) {
      put(new WatchOutput.Refused(-1, DUPLICATE_ID, revision));
      return;
    }
    if (id == 0) {
      while (watchers.containsKey(nextId)) {
        nextId++;
      }
      id = nextId++;
    }
    long given = id;
    Watcher watcher =
        hub.watch(
            new WatchRequest(
                given,
                range,
                create.startRevision(),
                create.noPut(),
                create.noDelete(),
                create.previous()),
            channel,
            now -> put(new WatchOutput.Created(given, now)));
    var live = new Live(watcher, create);
    watchers.put(given, live);
    byHandle.put(watcher, live);
  }

  /** Says that no watcher came to be, for a reason found outside: rights, mostly. */
  public void refuse(String reason, long revision) {
    answers.incrementAndGet();
    put(new WatchOutput.Refused(-1, reason, revision));
  }

  /** Ends watcher {@code id}; nothing is said of an unknown one. */
  public void cancel(long id) {
    Live live = watchers.remove(id);
    if (live != null) {
      byHandle.remove(live.watcher);
      answers.incrementAndGet();
      hub.cancel(live.watcher, now -> put(new WatchOutput.Cancelled(id, now)));
    }
  }

  /** The client asks how far the whole stream is; answered only if all of it is synced. */
  public void requestProgress() {
    if (!watchers.isEmpty()) {
      List<Watcher> all = watchers.values().stream().map(live -> live.watcher).toList();
      hub.progress(all, now -> putProgress(-1, now));
    }
  }

  /** Whether the owner may take another request; where not, it can after {@link #take}. */
  public boolean takesRequests() {
    return answers.get() < ANSWERS_LIMIT;
  }

  /**
   * A period of the progress clock is over: quiet watchers that want to are told, unless the client
   * is far behind: then it would hear of the past. Any thread.
   */
  public void tick() {
    boolean behind = isFull() || !takesRequests();
    byHandle.forEach((watcher, live) -> {
      if (!live.progressNotify) {
        return;
      }
      if (live.quiet && !behind) {
        hub.progress(List.of(watcher), now -> putProgress(watcher.id(), now));
      }
      live.quiet = true;
    });
  }

  /** What is to be said next, or null. Owner thread. */
  public @Nullable WatchOutput take() {
    if (!fragments.isEmpty()) {
      WatchOutput next = fragments.getFirst();
      fragments = fragments.subList(1, fragments.size());
      return next;
    }
    WatchOutput next = queue.poll();
    if (next == null) {
      return null;
    }
    waiting.decrementAndGet();
    return switch (next) {
      case WatchOutput.Events events -> {
        taken(bytes(events.events(), events.withPrevious()));
        pendingEvents.addAndGet(-events.events().size());
        yield fragmented(events);
      }
      case WatchOutput.Compacted _ -> {
        taken(0);
        yield next;
      }
      case WatchOutput.Created _,
          WatchOutput.Refused _,
          WatchOutput.Progress _,
          WatchOutput.Cancelled _ -> {
        answers.decrementAndGet();
        yield next;
      }
    };
  }

  private void taken(long bytes) {
    waitingBatches.decrementAndGet();
    waitingBytes.addAndGet(-bytes);
    if (refused && !isFull()) {
      refused = false;
      hub.roomIn(channel);
    }
  }

  private boolean isFull() {
    return waitingBatches.get() >= WatchChannel.CAPACITY
        || waitingBytes.get() >= WatchChannel.CAPACITY_BYTES;
  }

  private static long bytes(List<WatchEvent> events, boolean withPrevious) {
    long bytes = 0;
    for (WatchEvent event : events) {
      bytes += event.encoded(withPrevious).length;
    }
    return bytes;
  }

  /** Ends all watchers. Owner thread; nothing is taken afterwards. */
  public void close() {
    closed = true;
    watchers.values().forEach(live -> hub.cancel(live.watcher, now -> {}));
    watchers.clear();
    byHandle.clear();
    queue.clear();
  }

  /** How many events wait to be taken. Any thread. */
  long pendingEvents() {
    return pendingEvents.get();
  }

  /** How many watchers the stream has. Owner thread. */
  public int size() {
    return watchers.size();
  }

  private boolean offer(WatchBatch batch) {
    if (closed) {
      return true;
    }
    if (isFull()) {
      refused = true; // first, since room may come at any moment
      if (isFull()) {
        return false;
      }
    }
    Watcher watcher = batch.watcher();
    waitingBatches.incrementAndGet();
    waitingBytes.addAndGet(bytes(batch.events(), watcher.wantsPrevious()));
    if (batch.compactRevision() != 0) {
      put(new WatchOutput.Compacted(watcher.id(), batch.compactRevision()));
      return true;
    }
    Live live = byHandle.get(watcher);
    if (live != null) {
      live.quiet = false;
    }
    pendingEvents.addAndGet(batch.events().size());
    put(
        new WatchOutput.Events(
            watcher.id(), batch.revision(), batch.events(), watcher.wantsPrevious(), false));
    return true;
  }

  private void putProgress(long id, long revision) {
    answers.incrementAndGet();
    put(new WatchOutput.Progress(id, revision));
  }

  private void put(WatchOutput output) {
    if (closed) {
      return;
    }
    queue.add(output);
    if (waiting.getAndIncrement() == 0) {
      waker.wake();
    }
  }

  /** Splits {@code events} where it is too large and its watcher allows it. */
  private WatchOutput fragmented(WatchOutput.Events whole) {
    Live live = watchers.get(whole.id());
    if (live == null
        || !live.fragment
        || whole.events().size() < 2
        || encodedBytes.applyAsInt(whole) < fragmentBytes) {
      return whole;
    }
    var pieces = new ArrayList<WatchOutput>();
    int start = 0;
    int base = encodedBytes.applyAsInt(piece(whole, 0, 0, true));
    while (start < whole.events().size()) {
      int end = start;
      long size = base;
      do {
        size += framedBytes(whole.events().get(end), whole.withPrevious());
        end++;
      } while (end < whole.events().size()
          && size + framedBytes(whole.events().get(end), whole.withPrevious()) < fragmentBytes);
      pieces.add(piece(whole, start, end, end < whole.events().size()));
      start = end;
    }
    fragments = List.copyOf(pieces.subList(1, pieces.size()));
    return pieces.getFirst();
  }

  private static WatchOutput.Events piece(
      WatchOutput.Events whole, int start, int end, boolean fragment) {
    return new WatchOutput.Events(
        whole.id(),
        whole.revision(),
        whole.events().subList(start, end),
        whole.withPrevious(),
        fragment);
  }

  /** An event inside a message: tag, length, bytes. */
  private static int framedBytes(WatchEvent event, boolean withPrevious) {
    int length = event.encoded(withPrevious).length;
    return 1 + varintBytes(length) + length;
  }

  private static int varintBytes(int value) {
    return (31 - Integer.numberOfLeadingZeros(value | 1)) / 7 + 1;
  }
}
