package io.quorate.server;

import io.quorate.node.RequestTrace;
import io.quorate.node.RequestTrace.Step;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import java.nio.charset.StandardCharsets;

/**
 * The lines {@code trace[…]} about slow ranges, puts, transactions and compactions (spec/server.md
 * 9); etcd has none about deletes and leases. Of a write, all the time until its answer is one step
 * here: applying it takes microseconds.
 */
final class KvTraces {
  private static final String PROPOSED = "process raft request";

  private final RequestTrace trace;

  KvTraces(RequestTrace trace) {
    this.trace = trace;
  }

  /**
   * A range was answered.
   *
   * @param waitNanos until it might be read
   * @param readNanos from then on
   */
  void ranged(Range range, int count, long revision, long waitNanos, long readNanos) {
    if (RequestTrace.isSlow(waitNanos + readNanos)) {
      trace.write(
          "range",
          about(range) + "response_count:" + count + "; " + at(revision),
          waitNanos + readNanos,
          new Step("agreement among raft nodes before linearized reading", waitNanos),
          new Step("range keys from bolt db", readNanos));
    }
  }

  /** A range was refused, or could not be read. */
  void refused(Range range, long nanos) {
    if (RequestTrace.isSlow(nanos)) {
      trace.write(
          "range",
          about(range),
          nanos,
          new Step("agreement among raft nodes before linearized reading", nanos));
    }
  }

  private static String about(Range range) {
    return "range_begin:" + text(range.key()) + "; range_end:" + text(range.rangeEnd()) + "; ";
  }

  /** Of {@code bytes} in its encoded form. */
  void put(Put put, int bytes, Outcome outcome, long nanos) {
    if (RequestTrace.isSlow(nanos) && outcome instanceof OpResult.PutDone) {
      trace.write(
          "put",
          "key:" + text(put.key()) + "; req_size:" + bytes + "; " + at(outcome.revision()),
          nanos,
          new Step(PROPOSED, nanos));
    }
  }

  /** A transaction that may write was applied. */
  void txn(Outcome outcome, long nanos) {
    if (RequestTrace.isSlow(nanos) && outcome instanceof OpResult.TxnDone txn) {
      trace.write(
          "transaction",
          "read_only:false; " + at(txn.revision()) + responses(txn),
          nanos,
          new Step(PROPOSED, nanos));
    }
  }

  /** A transaction that only reads was answered. */
  void readTxn(OpResult.TxnDone txn, long nanos) {
    if (RequestTrace.isSlow(nanos)) {
      trace.write("transaction", "read_only:true; " + responses(txn) + at(txn.revision()), nanos);
    }
  }

  void compacted(Compaction compaction, Outcome outcome, long nanos) {
    if (RequestTrace.isSlow(nanos)) {
      trace.write(
          "compact",
          "revision:" + compaction.revision() + "; " + at(outcome.revision()),
          nanos,
          new Step(compaction.physical() ? "physically toApply compaction" : PROPOSED, nanos));
    }
  }

  private static String at(long revision) {
    return "response_revision:" + revision + "; ";
  }

  private static String responses(OpResult.TxnDone txn) {
    return "number_of_response:" + txn.responses().size() + "; ";
  }

  private static String text(byte[] key) {
    return new String(key, StandardCharsets.UTF_8);
  }
}
