package io.quorate.statemachine.apply;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.RangeOptions;
import io.quorate.mvcc.WriteTransaction;
import io.quorate.statemachine.request.Compare;
import io.quorate.statemachine.request.Op;
import io.quorate.statemachine.request.Txn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;

/**
 * Which branches a transaction takes: all its compares, and those of the transactions nested in the
 * branch it takes, are evaluated against the state before any of its operations.
 *
 * @param succeeded whether the success branch is taken
 * @param ops that branch
 * @param nested the paths of the transactions among {@code ops}, in order
 */
record TxnPath(boolean succeeded, List<Op> ops, List<TxnPath> nested) {
  static TxnPath of(Txn txn, WriteTransaction before) {
    boolean succeeded = true;
    for (Compare compare : txn.compares()) {
      if (!holds(compare, before)) {
        succeeded = false;
        break;
      }
    }
    List<Op> ops = succeeded ? txn.success() : txn.failure();
    List<TxnPath> nested = new ArrayList<>();
    for (Op op : ops) {
      if (op instanceof Txn inner) {
        nested.add(of(inner, before));
      }
    }
    return new TxnPath(succeeded, ops, nested);
  }

  /** Whether all keys of the range satisfy it (spec/api.md 7.6, compare evaluation). */
  private static boolean holds(Compare compare, WriteTransaction before) {
    var comparing = new Comparing(compare);
    if (compare.rangeEnd().length == 0) {
      before.get(compare.key()).ifPresent(comparing::see);
    } else {
      before
          .range(new KeyRange(compare.key(), compare.rangeEnd()), RangeOptions.DEFAULT)
          .keyValues()
          .forEach(comparing::see);
    }
    return comparing.holds();
  }

  /** One compare, which is shown key by key what there is in its range. */
  static final class Comparing {
    private final Compare compare;
    private boolean any;
    private boolean all = true;

    Comparing(Compare compare) {
      this.compare = compare;
    }

    void see(MemorySegment keyValue) {
      any = true;
      all = all && TxnPath.holds(compare, keyValue);
    }

    boolean holds() {
      return any ? all : holdsWithoutKey(compare);
    }
  }

  // What does not exist has no value to compare with, but its revisions, version and lease are 0.
  private static boolean holdsWithoutKey(Compare compare) {
    return switch (compare.target()) {
      case Compare.VALUE -> false;
      case Compare.VERSION, Compare.CREATE, Compare.MOD, Compare.LEASE ->
          compare.accepts(Long.compare(0, compare.number()));
      default -> compare.accepts(0);
    };
  }

  private static boolean holds(Compare compare, MemorySegment keyValue) {
    KeyValueFields found = KeyValueFields.of(keyValue);
    return compare.accepts(
        switch (compare.target()) {
          case Compare.VERSION -> Long.compare(found.version(), compare.number());
          case Compare.CREATE -> Long.compare(found.createRevision(), compare.number());
          case Compare.MOD -> Long.compare(found.modRevision(), compare.number());
          case Compare.LEASE -> Long.compare(found.lease(), compare.number());
          case Compare.VALUE -> compareBytes(found.value(), compare.value());
          default -> 0;
        });
  }

  private static int compareBytes(MemorySegment a, byte[] b) {
    MemorySegment other = MemorySegment.ofArray(b);
    long at = a.mismatch(other);
    if (at < 0) {
      return 0;
    }
    if (at == a.byteSize() || at == other.byteSize()) {
      return Long.compare(a.byteSize(), other.byteSize());
    }
    return Byte.compareUnsigned(a.get(ValueLayout.JAVA_BYTE, at), b[(int) at]);
  }
}
