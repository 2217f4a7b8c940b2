package io.quorate.statemachine.apply;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.RangeOptions;
import io.quorate.mvcc.RangeResult;
import io.quorate.mvcc.WriteTransaction;
import java.lang.foreign.MemorySegment;
import java.util.Optional;

/** What a transaction reads from: a view, or the write transaction it changes keys in. */
interface Reads {
  RangeResult range(KeyRange range, RangeOptions options);

  Optional<MemorySegment> get(byte[] key);

  /** What the header of an operation says at this point. */
  long revision();

  static Reads of(WriteTransaction transaction) {
    return new Reads() {
      @Override
      public RangeResult range(KeyRange range, RangeOptions options) {
        return transaction.range(range, options);
      }

      @Override
      public Optional<MemorySegment> get(byte[] key) {
        return transaction.get(key);
      }

      @Override
      public long revision() {
        return transaction.revision();
      }
    };
  }
}
