package io.quorate.node.propose;

import io.quorate.node.NodeException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/**
 * Who waits for which request id. Registered by any thread before the request is proposed,
 * completed by the apply loop once its effects can be read, or timed out by the raft loop.
 *
 * @param <R> what applying a request gives
 */
public final class Proposals<R> {
  /** One request that waits. */
  public static final class Pending<R> {
    private final long id;
    private final long startNanos;
    private final boolean counted;
    private volatile long deadlineNanos;
    private final CompletableFuture<R> future = new CompletableFuture<>();
    private volatile boolean taken;
    private volatile boolean unlimited;

    private Pending(long id, long startNanos, long deadlineNanos) {
      this.id = id;
      this.startNanos = startNanos;
      this.deadlineNanos = deadlineNanos;
      counted = deadlineNanos != Long.MAX_VALUE;
    }

    public long id() {
      return id;
    }

    public long startNanos() {
      return startNanos;
    }

    public CompletableFuture<R> future() {
      return future;
    }

    /** Whether raft has taken the proposal; before that no leader was known. */
    public boolean isTaken() {
      return taken;
    }

    /** Whether it is one of those that {@link #size} counts. */
    public boolean isCounted() {
      return counted;
    }

    /** Raft took it. The raft loop only. */
    public void markTaken() {
      taken = true;
    }
  }

  private final ConcurrentHashMap<Long, Pending<R>> byId = new ConcurrentHashMap<>();
  // In order of registration, which is nearly the order of deadlines and of completion: expire()
  // looks at its head alone.
  private final ConcurrentLinkedQueue<Pending<R>> byAge = new ConcurrentLinkedQueue<>();
  private final AtomicInteger count = new AtomicInteger();
  private volatile boolean stopped;

  /** Begins to wait for {@code id}, for at most {@code timeoutNanos}. */
  public Pending<R> register(long id, long nowNanos, long timeoutNanos) {
    var pending = begin(new Pending<R>(id, nowNanos, nowNanos + timeoutNanos));
    count.incrementAndGet();
    byAge.add(pending);
    refuseIfStopped(id);
    return pending;
  }

  /**
   * Begins to wait for {@code id} without a deadline, until {@link #limit} gives it one or whoever
   * waits cancels the future: changes of the membership wait for a leader as long as their caller
   * does (spec/raft.md 9.6). They are not counted.
   */
  public Pending<R> registerUntimed(long id, long nowNanos) {
    var pending = begin(new Pending<R>(id, nowNanos, Long.MAX_VALUE));
    pending.future.whenComplete((done, failure) -> remove(id));
    refuseIfStopped(id);
    return pending;
  }

  private Pending<R> begin(Pending<R> pending) {
    if (byId.putIfAbsent(pending.id, pending) != null) {
      throw new AssertionError("request id used twice: " + Long.toHexString(pending.id));
    }
    return pending;
  }

  private void refuseIfStopped(long id) {
    if (stopped) {
      fail(id, new NodeException.Stopped());
    }
  }

  /**
   * From now on {@code id}, of {@link #registerUntimed}, waits for {@code timeoutNanos} at most.
   */
  public void limit(long id, long nowNanos, long timeoutNanos) {
    Pending<R> pending = byId.get(id);
    if (pending != null) {
      pending.deadlineNanos = nowNanos + timeoutNanos;
      byAge.add(pending);
    }
  }

  /**
   * From now on {@code id} waits as long as it takes: it is applied, but its answer is not due yet.
   * The apply loop only.
   */
  public void unlimit(long id) {
    Pending<R> pending = byId.get(id);
    if (pending != null) {
      pending.unlimited = true;
    }
  }

  /** The request with {@code id}, or null if nobody here waits for it. */
  public @Nullable Pending<R> find(long id) {
    return byId.get(id);
  }

  public void complete(long id, R result) {
    Pending<R> pending = remove(id);
    if (pending != null) {
      pending.future.complete(result);
    }
  }

  public void fail(long id, RuntimeException why) {
    Pending<R> pending = remove(id);
    if (pending != null) {
      pending.future.completeExceptionally(why);
    }
  }

  /**
   * Fails what has waited too long, with the reason that {@code why} finds. The raft loop only.
   *
   * @return the nanoseconds until the next one is due, or Long.MAX_VALUE
   */
  public long expire(long nowNanos, Function<Pending<R>, NodeException> why) {
    while (true) {
      Pending<R> oldest = byAge.peek();
      if (oldest == null) {
        return Long.MAX_VALUE;
      }
      if (!oldest.future.isDone() && !oldest.unlimited) {
        long left = oldest.deadlineNanos - nowNanos;
        if (left > 0) {
          return left;
        }
        fail(oldest.id, why.apply(oldest));
      }
      byAge.poll();
    }
  }

  /** How many wait now, changes of the membership left out. */
  public int size() {
    return count.get();
  }

  /** Fails all that wait and all that will be registered. */
  public void stop() {
    stopped = true;
    byId.keySet().forEach(id -> fail(id, new NodeException.Stopped()));
  }

  private @Nullable Pending<R> remove(long id) {
    Pending<R> pending = byId.remove(id);
    if (pending != null && pending.counted) {
      count.decrementAndGet();
    }
    return pending;
  }
}
