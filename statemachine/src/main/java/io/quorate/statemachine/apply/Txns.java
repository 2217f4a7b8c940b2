package io.quorate.statemachine.apply;

import io.quorate.mvcc.WriteTransaction;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.lease.Lessor;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.Op;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Txn;
import java.util.Arrays;
import java.util.Iterator;
import java.util.Optional;

/**
 * Transactions (spec/api.md 7.6): choose the path, check everything on it, and only then change
 * anything. A transaction is refused whole or done whole.
 */
final class Txns {
  private Txns() {}

  static Optional<ApplyError> checkRevision(Range range, long compacted, long current) {
    // Not "≤ 0 is the current one" as for a range on its own: negative numbers are compared too.
    if (range.revision() != 0 && range.revision() > current) {
      return Optional.of(new ApplyError.FutureRevision(range.revision(), current));
    }
    if (range.revision() != 0 && range.revision() < compacted) {
      return Optional.of(new ApplyError.Compacted(range.revision(), compacted));
    }
    return Optional.empty();
  }

  /** Checks of a path, in the order of its operations; the first to fail refuses the whole. */
  static final class Check {
    private final WriteTransaction before;
    private final Lessor lessor;
    private final long compactedRevision;
    // "Everything from here on" is deleted by an earlier operation of the transaction.
    private byte[][] deletedFrom = {};

    Check(WriteTransaction before, Lessor lessor, long compactedRevision) {
      this.before = before;
      this.lessor = lessor;
      this.compactedRevision = compactedRevision;
    }

    Optional<ApplyError> check(TxnPath path) {
      Iterator<TxnPath> nested = path.nested().iterator();
      for (Op op : path.ops()) {
        Optional<ApplyError> error =
            switch (op) {
              case Range range -> checkRevision(range, compactedRevision, before.revision());
              case Put put -> check(put);
              case DeleteRange delete -> note(delete);
              case Txn _ -> check(nested.next());
              case Op.None _ -> Optional.of(new ApplyError.KeyNotFound());
            };
        if (error.isPresent()) {
          return error;
        }
      }
      return Optional.empty();
    }

    private Optional<ApplyError> check(Put put) {
      // The other way round than a put on its own.
      if (put.ignoreValue() || put.ignoreLease()) {
        before.looked();
        if (!before.contains(put.key()) || deletedEarlier(put.key())) {
          return Optional.of(new ApplyError.KeyNotFound());
        }
      }
      return checkLease(put, lessor);
    }

    // Validation lets "delete everything ≥ k" pass beside puts. Where such a put needs the key that
    // is
    // gone by then, etcd itself would panic on every member; we refuse.
    private Optional<ApplyError> note(DeleteRange delete) {
      if (delete.rangeEnd().length == 1 && delete.rangeEnd()[0] == 0) {
        deletedFrom = Arrays.copyOf(deletedFrom, deletedFrom.length + 1);
        deletedFrom[deletedFrom.length - 1] = delete.key();
      }
      return Optional.empty();
    }

    private boolean deletedEarlier(byte[] key) {
      for (byte[] from : deletedFrom) {
        if (Arrays.compareUnsigned(key, from) >= 0) {
          return true;
        }
      }
      return false;
    }
  }

  static Optional<ApplyError> checkLease(Put put, Lessor lessor) {
    return put.lease() != 0 && lessor.lease(put.lease()).isEmpty()
        ? Optional.of(new ApplyError.LeaseNotFound(put.lease()))
        : Optional.empty();
  }
}
