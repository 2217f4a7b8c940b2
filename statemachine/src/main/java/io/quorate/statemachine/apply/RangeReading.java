package io.quorate.statemachine.apply;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.RangeOptions;
import io.quorate.mvcc.RangeResult;
import io.quorate.mvcc.WriteTransaction;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.request.Range;

/** A range request in the store's words. */
public final class RangeReading {
  private static final RangeOptions.SortOrder[] ORDERS = RangeOptions.SortOrder.values();
  private static final RangeOptions.SortTarget[] TARGETS = RangeOptions.SortTarget.values();

  private RangeReading() {}

  public static KeyRange keys(Range range) {
    return new KeyRange(range.key(), range.rangeEnd());
  }

  /**
   * How to read it. Sort order and target were validated; in an entry that was not, unknown ones
   * mean none, by key.
   */
  public static RangeOptions options(Range range) {
    int order = range.sortOrder();
    int target = range.sortTarget();
    return new RangeOptions(
        range.revision(),
        range.limit(),
        range.keysOnly(),
        range.countOnly(),
        order >= 0 && order < ORDERS.length ? ORDERS[order] : RangeOptions.SortOrder.NONE,
        target >= 0 && target < TARGETS.length ? TARGETS[target] : RangeOptions.SortTarget.KEY,
        range.minModRevision(),
        range.maxModRevision(),
        range.minCreateRevision(),
        range.maxCreateRevision());
  }

  static OpResult.Ranged read(Range range, WriteTransaction from) {
    RangeResult found = from.range(keys(range), options(range));
    return new OpResult.Ranged(from.revision(), found.keyValues(), found.more(), found.count());
  }
}
