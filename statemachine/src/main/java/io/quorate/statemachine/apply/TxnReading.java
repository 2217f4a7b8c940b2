package io.quorate.statemachine.apply;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.KeyValueVisitor;
import io.quorate.mvcc.RangeOptions;
import io.quorate.mvcc.RangeWalk;
import io.quorate.mvcc.View;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.request.Compare;
import io.quorate.statemachine.request.Op;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Txn;
import java.lang.foreign.MemorySegment;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A transaction that only reads ({@link Txn#readOnly}), answered from a view in slices, as {@link
 * RangeWalk} answers one range. Any one thread at a time; the view must stay open.
 */
public final class TxnReading {
  /** One of the ranges that are read one after the other: of a compare, or of an operation. */
  private record Part(RangeWalk walk, KeyValueVisitor visitor, Runnable ended) {}

  private final Txn txn;
  private final View view;
  private int compared;
  private @Nullable List<Op> path; // known when all compares are done with
  private final List<OpResult> responses = new ArrayList<>();
  private @Nullable Part part;
  private @Nullable Outcome outcome;
  private long ranges;
  private long lookedAt;

  public TxnReading(Txn txn, View view) {
    this.txn = txn;
    this.view = view;
  }

  /**
   * Looks at no more than {@code maxKeys} keys.
   *
   * @return whether all is read
   */
  public boolean step(int maxKeys) {
    long last = lookedAt + maxKeys;
    while (outcome == null && lookedAt < last) {
      Part going = part;
      if (going == null) {
        begin();
      } else {
        go(going, (int) (last - lookedAt));
      }
    }
    return outcome != null;
  }

  private void go(Part going, int maxKeys) {
    long before = going.walk.lookedAt();
    boolean done = going.walk.step(maxKeys, going.visitor);
    lookedAt += Math.max(1, going.walk.lookedAt() - before); // even an empty range is some work
    if (done) {
      part = null;
      going.ended.run();
    }
  }

  private void begin() {
    List<Op> chosen = path;
    if (chosen == null && compared < txn.compares().size()) {
      compare(txn.compares().get(compared++));
    } else if (chosen == null) {
      take(txn.success());
    } else if (responses.size() < chosen.size()) {
      read((Range) chosen.get(responses.size()));
    } else {
      outcome = new OpResult.TxnDone(view.revision(), chosen == txn.success(), responses);
    }
  }

  private RangeWalk walk(KeyRange keys, RangeOptions options) {
    ranges++;
    return view.walk(keys, options);
  }

  private void compare(Compare compare) {
    var keys = new KeyRange(compare.key(), compare.rangeEnd());
    var comparing = new TxnPath.Comparing(compare);
    part =
        new Part(
            walk(keys, RangeOptions.DEFAULT),
            comparing::see,
            () -> {
              if (!comparing.holds()) {
                take(txn.failure());
              }
            });
  }

  private void take(List<Op> chosen) {
    path = chosen;
    for (Op op : chosen) {
      Optional<ApplyError> error =
          Txns.checkRevision((Range) op, view.compactedRevision(), view.revision());
      if (error.isPresent()) {
        outcome = new Outcome.Refused(view.revision(), error.get());
        return;
      }
    }
  }

  private void read(Range range) {
    RangeWalk walk = walk(RangeReading.keys(range), RangeReading.options(range));
    List<MemorySegment> found = new ArrayList<>();
    part =
        new Part(
            walk,
            found::add,
            () ->
                responses.add(
                    new OpResult.Ranged(view.revision(), found, walk.more(), walk.count())));
  }

  /**
   * The answer, when {@link #step} has returned true: {@link OpResult.TxnDone}, or {@link
   * Outcome.Refused} for a revision that cannot be read.
   */
  public Outcome outcome() {
    Outcome known = outcome;
    if (known == null) {
      throw new IllegalStateException("not read yet");
    }
    return known;
  }

  /** Ranges begun so far. */
  public long ranges() {
    return ranges;
  }
}
