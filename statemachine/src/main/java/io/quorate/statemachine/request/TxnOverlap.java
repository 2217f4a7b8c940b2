package io.quorate.statemachine.request;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;

/**
 * Whether a transaction would change one key twice (spec/api.md 7.6, overlap check). Deletes may
 * overlap deletes; ranges may overlap anything; the two branches of one transaction never both run.
 *
 * <p>As in etcd, a delete of "everything from k on" (range end one zero byte) is compared like any
 * other range end and so never matches a put; such a transaction is accepted.
 */
final class TxnOverlap {
  /** What a list of operations changes. */
  private static final class Changes {
    final TreeSet<byte[]> puts = new TreeSet<>(Arrays::compareUnsigned);
    final List<DeleteRange> deletes = new ArrayList<>();
  }

  private static final class Duplicate extends RuntimeException {
    private static final long serialVersionUID = 1L;

    Duplicate() {
      super("duplicate key", null, false, false);
    }
  }

  private TxnOverlap() {}

  static Optional<RequestError> check(Txn txn) {
    try {
      changes(txn.success());
      changes(txn.failure());
      return Optional.empty();
    } catch (Duplicate _) {
      return Optional.of(RequestError.DUPLICATE_KEY);
    }
  }

  private static Changes changes(List<Op> ops) {
    Changes all = new Changes();
    for (Op op : ops) {
      if (op instanceof DeleteRange delete) {
        all.deletes.add(delete);
      }
    }
    for (Op op : ops) {
      if (op instanceof Txn nested) {
        Changes success = changes(nested.success());
        Changes failure = changes(nested.failure());
        refuseTwice(all, success);
        refuseTwice(all, failure);
        // Only now: a key in both branches of the same transaction is put once.
        all.puts.addAll(success.puts);
        all.puts.addAll(failure.puts);
        all.deletes.addAll(success.deletes);
        all.deletes.addAll(failure.deletes);
      }
    }
    for (Op op : ops) {
      if (op instanceof Put put) {
        if (deleted(all.deletes, put.key()) || !all.puts.add(put.key())) {
          throw new Duplicate();
        }
      }
    }
    return all;
  }

  private static void refuseTwice(Changes all, Changes branch) {
    for (byte[] key : branch.puts) {
      if (all.puts.contains(key) || deleted(all.deletes, key)) {
        throw new Duplicate();
      }
    }
  }

  private static boolean deleted(List<DeleteRange> deletes, byte[] key) {
    for (DeleteRange delete : deletes) {
      boolean hit =
          delete.rangeEnd().length == 0
              ? Arrays.equals(key, delete.key())
              : Arrays.compareUnsigned(key, delete.key()) >= 0
                  && Arrays.compareUnsigned(key, delete.rangeEnd()) < 0;
      if (hit) {
        return true;
      }
    }
    return false;
  }
}
