package io.quorate.statemachine.apply;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.RangeOptions;
import io.quorate.mvcc.WriteTransaction;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.lease.Lessor;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.Op;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Txn;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;

/**
 * Operations on keys that have passed every check, each on its write transaction, and what they
 * mean for leases: a key is attached to the lease it names and to no other.
 */
final class KeyChanges {
  private final Lessor lessor;

  KeyChanges(Lessor lessor) {
    this.lessor = lessor;
  }

  /** The caller has checked that the key exists if something of it is kept, and the lease. */
  OpResult.PutDone put(Put put, WriteTransaction transaction) {
    boolean keep = put.ignoreValue() || put.ignoreLease();
    Optional<MemorySegment> previous =
        keep || put.prevKv() ? transaction.get(put.key()) : Optional.empty();
    byte[] value = put.value();
    long lease = put.lease();
    if (keep) {
      KeyValueFields fields = KeyValueFields.of(previous.orElseThrow());
      if (put.ignoreValue()) {
        value = fields.value().toArray(ValueLayout.JAVA_BYTE);
      }
      if (put.ignoreLease()) {
        lease = fields.lease();
      }
    }
    long revision = transaction.put(put.key(), value, lease);
    // Its old lease may have been lost with a damaged store; a key keeps the number all the same.
    lessor.attach(put.key(), lease == 0 || lessor.lease(lease).isPresent() ? lease : 0);
    return new OpResult.PutDone(revision, put.prevKv() ? previous : Optional.empty());
  }

  OpResult.Deleted delete(DeleteRange delete, WriteTransaction transaction) {
    KeyRange range = new KeyRange(delete.key(), delete.rangeEnd());
    List<MemorySegment> previous =
        delete.prevKv() ? transaction.range(range, RangeOptions.DEFAULT).keyValues() : List.of();
    long count = transaction.deleteRange(range, lessor::detach);
    return new OpResult.Deleted(transaction.revision(), count, previous);
  }

  /**
   * Runs a path.
   *
   * @param rangesWanted whether somebody waits for what the ranges find
   */
  OpResult.TxnDone txn(TxnPath path, WriteTransaction transaction, boolean rangesWanted) {
    List<OpResult> responses = run(path, transaction, rangesWanted);
    return new OpResult.TxnDone(transaction.revision(), path.succeeded(), responses);
  }

  private List<OpResult> run(TxnPath path, WriteTransaction transaction, boolean rangesWanted) {
    List<OpResult> responses = new ArrayList<>(path.ops().size());
    Iterator<TxnPath> nested = path.nested().iterator();
    for (Op op : path.ops()) {
      switch (op) {
        case Range range -> {
          if (rangesWanted) {
            responses.add(RangeReading.read(range, transaction));
          }
        }
        case Put put -> responses.add(put(put, transaction));
        case DeleteRange delete -> responses.add(delete(delete, transaction));
        case Txn _ -> {
          TxnPath inner = nested.next();
          responses.add(
              new OpResult.TxnDone(0, inner.succeeded(), run(inner, transaction, rangesWanted)));
        }
        case Op.None _ -> throw new AssertionError("an operation without content was checked");
      }
    }
    return responses;
  }
}
