package io.quorate.mvcc;

import io.quorate.backend.BackendView;
import io.quorate.backend.tree.TreeRoot;
import io.quorate.mvcc.RangeOptions.SortOrder;
import io.quorate.mvcc.RangeOptions.SortTarget;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * A range read in slices, so that a big one neither holds a thread nor fills the heap. Any one
 * thread at a time; the {@link View} it came from must stay open.
 *
 * <p>Keys in their natural order are handed over as they are met. Other orders first gather one
 * small object a key, sort those, and only then read the records that the limit leaves. Revisions
 * and versions come from the index, so that filters and most orders read no record at all.
 *
 * <p>etcd's quirk is kept: a sort target other than the key with order NONE sorts ascending, but
 * what the limit had left before sorting.
 */
public final class RangeWalk {
  private static final long NO_LIMIT = Long.MAX_VALUE;

  private final TreeRoot<Generation> index;
  private final BackendView records;
  private final KeyRange range;
  private final RangeOptions options;
  private final long revision;
  private final boolean atHead;
  private final boolean sorted;
  private final long limit;
  private final long gatherLimit;
  private final TreeRoot.@Nullable Walk<Generation> walk;
  private final List<Candidate> candidates = new ArrayList<>();

  private Phase phase = Phase.SELECT;
  private long lookedAt;
  private long count;
  private long selected;
  private boolean more;
  private int emitted;

  private enum Phase {
    SELECT,
    /** Nothing more to hand over, only to count; where no shortcut exists. */
    COUNT,
    EMIT_SORTED,
    DONE
  }

  /** A key that passed the filters; {@code value} only where the order needs it. */
  private record Candidate(
      byte[] key, long main, long sub, long number, @Nullable MemorySegment value) {}

  RangeWalk(
      TreeRoot<Generation> index,
      BackendView records,
      long currentRevision,
      long compactedRevision,
      KeyRange range,
      RangeOptions options) {
    long wanted = options.revision();
    if (wanted > currentRevision) {
      throw new MvccException.FutureRevision(wanted, currentRevision);
    }
    long at = wanted <= 0 ? currentRevision : wanted;
    if (at < compactedRevision) {
      throw new MvccException.Compacted(at, compactedRevision);
    }
    this.index = index;
    this.records = records;
    this.range = range;
    this.options = options;
    this.revision = at;
    this.atHead = at == currentRevision;
    boolean naturalOrder =
        options.target() == SortTarget.KEY && options.order() != SortOrder.DESCEND;
    this.sorted = !options.countOnly() && !naturalOrder;
    this.limit = options.limit() <= 0 ? NO_LIMIT : options.limit();
    boolean truncateFirst =
        limit != NO_LIMIT && options.order() == SortOrder.NONE && !options.hasFilter();
    this.gatherLimit = truncateFirst ? limit + 1 : NO_LIMIT;
    this.walk = range.isSingle() ? null : index.walk(range.key());
    if (!range.isSingle() && range.isEmpty()) {
      phase = Phase.DONE;
    } else if (options.countOnly() && atHead && !range.isSingle()) {
      count = liveInRange();
      phase = Phase.DONE;
    }
  }

  /**
   * Looks at no more than {@code maxKeys} keys and hands over what is selected.
   *
   * @return whether the walk is finished
   */
  public boolean step(int maxKeys, KeyValueVisitor visitor) {
    int budget = maxKeys;
    while (budget > 0 && phase != Phase.DONE) {
      budget =
          switch (phase) {
            case SELECT, COUNT -> select(budget, visitor);
            case EMIT_SORTED -> emitSorted(budget, visitor);
            case DONE -> 0;
          };
    }
    lookedAt += maxKeys - budget;
    return phase == Phase.DONE;
  }

  private int select(int maxKeys, KeyValueVisitor visitor) {
    if (walk == null) {
      Generation newest = index.get(range.key()).orElse(null);
      if (newest != null) {
        consider(range.key(), newest, visitor);
      }
      selectionEnded();
      return maxKeys - 1;
    }
    int budget = maxKeys;
    boolean unbounded = range.isFromKey();
    while (budget > 0) {
      if (!walk.next() || (!unbounded && Arrays.compareUnsigned(walk.key(), range.end()) >= 0)) {
        selectionEnded();
        return budget;
      }
      budget--;
      consider(walk.key(), walk.value(), visitor);
      if (phase == Phase.COUNT && atHead) {
        count = liveInRange(); // etcd would walk on
        selectionEnded();
        return budget;
      }
    }
    return budget;
  }

  private void selectionEnded() {
    if (sorted) {
      sort();
      phase = Phase.EMIT_SORTED;
    } else {
      phase = Phase.DONE;
    }
  }

  private void consider(byte[] key, Generation newest, KeyValueVisitor visitor) {
    Generation life = newest.at(revision);
    if (life == null) {
      return;
    }
    count++;
    if (phase == Phase.COUNT || options.countOnly()) {
      return;
    }
    int at = life.newestAt(revision);
    long main = life.main(at);
    if (!passes(main, life.created)) {
      return;
    }
    if (sorted) {
      gather(key, life, at);
      return;
    }
    if (selected == limit) {
      more = true;
      phase = Phase.COUNT;
      return;
    }
    selected++;
    emit(main, life.sub(at), visitor);
  }

  private boolean passes(long modRevision, long createRevision) {
    return (options.maxModRevision() == 0 || modRevision <= options.maxModRevision())
        && (options.minModRevision() == 0 || modRevision >= options.minModRevision())
        && (options.maxCreateRevision() == 0 || createRevision <= options.maxCreateRevision())
        && (options.minCreateRevision() == 0 || createRevision >= options.minCreateRevision());
  }

  private void gather(byte[] key, Generation life, int at) {
    long main = life.main(at);
    long sub = life.sub(at);
    long number =
        switch (options.target()) {
          case VERSION -> life.version(at);
          case CREATE -> life.created;
          case MOD -> main;
          case KEY, VALUE -> 0;
        };
    MemorySegment value =
        options.target() == SortTarget.VALUE ? KeyValueBytes.value(record(main, sub)) : null;
    candidates.add(new Candidate(key, main, sub, number, value));
    if (candidates.size() == gatherLimit) {
      phase = Phase.COUNT;
    }
  }

  private void sort() {
    Comparator<Candidate> order =
        switch (options.target()) {
          case KEY -> (a, b) -> Arrays.compareUnsigned(a.key, b.key);
          case VALUE -> RangeWalk::compareValues;
          case VERSION, CREATE, MOD -> Comparator.comparingLong(Candidate::number);
        };
    candidates.sort(options.order() == SortOrder.DESCEND ? order.reversed() : order);
    more = candidates.size() > limit;
  }

  private static int compareValues(Candidate a, Candidate b) {
    MemorySegment left = value(a);
    MemorySegment right = value(b);
    long at = left.mismatch(right);
    if (at < 0) {
      return 0;
    }
    if (at == left.byteSize()) {
      return -1;
    }
    if (at == right.byteSize()) {
      return 1;
    }
    return Byte.compareUnsigned(
        left.get(ValueLayout.JAVA_BYTE, at), right.get(ValueLayout.JAVA_BYTE, at));
  }

  private static MemorySegment value(Candidate candidate) {
    if (candidate.value == null) {
      throw new AssertionError("gathered without its value");
    }
    return candidate.value;
  }

  private int emitSorted(int maxKeys, KeyValueVisitor visitor) {
    int budget = maxKeys;
    long end = Math.min(candidates.size(), limit);
    while (budget > 0 && emitted < end) {
      Candidate next = candidates.get(emitted++);
      emit(next.main, next.sub, visitor);
      budget--;
    }
    if (emitted == end) {
      phase = Phase.DONE;
    }
    return budget;
  }

  private void emit(long main, long sub, KeyValueVisitor visitor) {
    MemorySegment record = record(main, sub);
    visitor.keyValue(options.keysOnly() ? KeyValueBytes.withoutValue(record) : record);
  }

  private MemorySegment record(long main, long sub) {
    return records
        .revision(main, sub)
        .orElseThrow(
            () -> new AssertionError("range failed to find revision pair " + main + "." + sub));
  }

  private long liveInRange() {
    long below = index.weightBelow(range.key(), KeyIndex::weight);
    return range.isFromKey()
        ? index.weight() - below
        : index.weightBelow(range.end(), KeyIndex::weight) - below;
  }

  /** How many keys the steps so far came upon; those of a sorted range count twice. */
  public long lookedAt() {
    return lookedAt;
  }

  /** Live keys in the range; known when {@link #step} has returned true. */
  public long count() {
    return count;
  }

  /** Whether the limit cut something off; known when {@link #step} has returned true. */
  public boolean more() {
    return more;
  }
}
