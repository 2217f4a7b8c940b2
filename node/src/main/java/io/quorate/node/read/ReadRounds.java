package io.quorate.node.read;

import io.quorate.node.NodeException;
import io.quorate.node.RequestTrace;
import io.quorate.node.propose.RequestIds;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/**
 * Linearizable reads (spec/api.md 5.4, spec/raft.md 9.7; thesis section 6.4). Readers that arrive
 * while a round is under way share the next one, so any number of them costs one ReadIndex:
 *
 * <pre>
 *   readers ──► waiting ──start──► round {ids} ──confirmed(index)──► until applied ≥ index ──► done
 *                                    │ 500 ms, or first commit of a term: another id, same round
 * </pre>
 *
 * All methods on the raft loop's thread; only futures are completed towards others.
 */
public final class ReadRounds {
  /** How a round asks raft. */
  @FunctionalInterface
  public interface ReadIndex {
    /** Sends a ReadIndex with {@code context}. */
    void request(byte[] context);
  }

  /** What is counted. */
  public interface ReadListener {
    ReadListener NONE = new ReadListener() {};

    /** An answer was out of date, or none came in time. */
    default void slow() {}

    /** The leader changed, or raft refused. */
    default void failed() {}
  }

  private static final long RETRY_NANOS = 500_000_000L;

  private record Confirmed(
      long index, List<CompletableFuture<Void>> readers, long startNanos, long confirmedNanos) {}

  private final RequestIds ids;
  private final ReadIndex raft;
  private final long timeoutNanos;
  private final ReadListener listener;
  private final RequestTrace trace;
  private final Logger log;

  private List<CompletableFuture<Void>> waiting = new ArrayList<>();
  private List<CompletableFuture<Void>> inRound = List.of();
  private final Set<Long> roundIds = new HashSet<>();
  private boolean roundOpen;
  private long lastId;
  private long nowNanos;
  private long startNanos;
  private long retryAtNanos;
  private long giveUpAtNanos;
  private final ArrayDeque<Confirmed> confirmed = new ArrayDeque<>();
  private long appliedIndex;

  public ReadRounds(
      RequestIds ids,
      ReadIndex raft,
      long timeoutNanos,
      ReadListener listener,
      RequestTrace trace,
      Logger log) {
    this.ids = ids;
    this.raft = raft;
    this.timeoutNanos = timeoutNanos;
    this.listener = listener;
    this.trace = trace;
    this.log = log;
  }

  /** {@code reader} wants the state of now or later. */
  public void add(CompletableFuture<Void> reader) {
    waiting.add(reader);
  }

  /**
   * Starts a round where readers wait and none is open, and repeats or gives up one that is.
   *
   * @return the nanoseconds until it wants to be called again, or Long.MAX_VALUE
   */
  public long poll(long nowNanos) {
    this.nowNanos = nowNanos;
    if (!roundOpen) {
      if (waiting.isEmpty()) {
        return Long.MAX_VALUE;
      }
      inRound = waiting;
      waiting = new ArrayList<>();
      roundOpen = true;
      startNanos = nowNanos;
      giveUpAtNanos = nowNanos + timeoutNanos;
      ask(nowNanos);
    } else if (nowNanos - giveUpAtNanos >= 0) {
      log.atWarn()
          .addKeyValue("timeout", Duration.ofNanos(timeoutNanos))
          .log("timed out waiting for read index response (local node might have slow network)");
      listener.slow();
      fail(new NodeException.Timeout(NodeException.TimeoutCause.UNKNOWN));
      return 0;
    } else if (nowNanos - retryAtNanos >= 0) {
      log.atWarn()
          .addKeyValue("sent-request-id", new BigInteger(Long.toUnsignedString(lastId)))
          .addKeyValue("retry-timeout", Duration.ofNanos(RETRY_NANOS))
          .log("waiting for ReadIndex response took too long, retrying");
      ask(nowNanos);
    }
    return roundOpen ? Math.max(0, Math.min(retryAtNanos, giveUpAtNanos) - nowNanos) : 0;
  }

  /** Raft confirmed {@code index} for {@code context}. */
  public void confirmed(byte[] context, long index) {
    long id = context.length == Long.BYTES ? ByteBuffer.wrap(context).getLong() : 0;
    if (!roundOpen || !roundIds.contains(id)) {
      log.atWarn()
          .log(
              "ignored out-of-date read index response; local node read indexes queueing up and"
                  + " waiting to be in sync with leader");
      listener.slow();
      return;
    }
    var round = new Confirmed(index, inRound, startNanos, nowNanos);
    closeRound();
    if (index <= appliedIndex) {
      release(round);
    } else {
      confirmed.add(round);
    }
  }

  /** Everything up to {@code index} can be read. */
  public void applied(long index) {
    appliedIndex = Math.max(appliedIndex, index);
    while (!confirmed.isEmpty() && confirmed.peek().index <= appliedIndex) {
      release(confirmed.remove());
    }
  }

  /** Another member leads than before: an open round can no longer be trusted. */
  public void leaderChanged() {
    if (roundOpen) {
      listener.failed();
      fail(new NodeException.LeaderChanged());
    }
  }

  /** The leader committed its first entry of a term; it answers only from now on. */
  public void firstCommitInTerm(long nowNanos) {
    if (roundOpen) {
      log.atInfo().log("first commit in current term: resending ReadIndex request");
      ask(nowNanos);
    }
  }

  /** The member stops: all readers fail. */
  public void stop() {
    var why = new NodeException.Stopped();
    fail(why);
    waiting.forEach(reader -> reader.completeExceptionally(why));
    waiting.clear();
    confirmed.forEach(c -> c.readers.forEach(reader -> reader.completeExceptionally(why)));
    confirmed.clear();
  }

  private void ask(long nowNanos) {
    lastId = ids.next();
    roundIds.add(lastId);
    retryAtNanos = nowNanos + RETRY_NANOS;
    raft.request(ByteBuffer.allocate(Long.BYTES).putLong(lastId).array());
  }

  private void fail(NodeException why) {
    List<CompletableFuture<Void>> readers = inRound;
    closeRound();
    readers.forEach(reader -> reader.completeExceptionally(why));
  }

  private void closeRound() {
    inRound = List.of();
    roundIds.clear();
    roundOpen = false;
  }

  private void release(Confirmed round) {
    round.readers.forEach(reader -> reader.complete(null));
    long nanos = nowNanos - round.startNanos;
    if (RequestTrace.isSlow(nanos)) {
      trace.writeAll(
          "linearizableReadLoop",
          "readStateIndex:" + round.index + "; appliedIndex:" + appliedIndex + "; ",
          nanos,
          List.of(
              new RequestTrace.Step("read index received", round.confirmedNanos - round.startNanos),
              new RequestTrace.Step(
                  "applied index is now lower than readState.Index",
                  nowNanos - round.confirmedNanos)));
    }
  }
}
