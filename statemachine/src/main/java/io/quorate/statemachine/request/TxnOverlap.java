package io.quorate.statemachine.request;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
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
    private TreeSet<byte[]> puts = new TreeSet<>(Arrays::compareUnsigned);
    private KeySpans deletes = new KeySpans();

    void put(byte[] key) {
      if (deletes.contains(key) || !puts.add(key)) {
        throw new Duplicate();
      }
    }

    void delete(DeleteRange delete) {
      byte[] key = delete.key();
      byte[] end = delete.rangeEnd();
      deletes.add(key, end.length == 0 ? Arrays.copyOf(key, key.length + 1) : end);
    }

    /** Of {@code branch} the puts only: what it deletes may be put by those that stand before. */
    void refuseTwice(Changes branch) {
      boolean fewer = branch.puts.size() < puts.size();
      Set<byte[]> few = fewer ? branch.puts : puts;
      Set<byte[]> many = fewer ? puts : branch.puts;
      if (few.stream().anyMatch(many::contains) || deletes.containsAnyOf(branch.puts)) {
        throw new Duplicate();
      }
    }

    /**
     * Takes over {@code branch}; the smaller goes into the larger, however deep they are nested.
     */
    void add(Changes branch) {
      TreeSet<byte[]> fewPuts = branch.puts;
      if (fewPuts.size() > puts.size()) {
        fewPuts = puts;
        puts = branch.puts;
      }
      puts.addAll(fewPuts);
      KeySpans fewDeletes = branch.deletes;
      if (fewDeletes.size() > deletes.size()) {
        fewDeletes = deletes;
        deletes = branch.deletes;
      }
      deletes.addAll(fewDeletes);
    }
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
        all.delete(delete);
      }
    }
    for (Op op : ops) {
      if (op instanceof Txn nested) {
        Changes success = changes(nested.success());
        Changes failure = changes(nested.failure());
        all.refuseTwice(success);
        all.refuseTwice(failure);
        // Only now: a key in both branches of the same transaction is put once.
        all.add(success);
        all.add(failure);
      }
    }
    for (Op op : ops) {
      if (op instanceof Put put) {
        all.put(put.key());
      }
    }
    return all;
  }
}
