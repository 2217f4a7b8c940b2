package io.quorate.statemachine.request;

import java.util.ArrayList;
import java.util.List;

/**
 * TxnRequest (spec/api.md 3.2, 7.6): if all of {@code compares} hold {@code success}, else {@code
 * failure}.
 */
public record Txn(List<Compare> compares, List<Op> success, List<Op> failure)
    implements Request, Op {
  public static final int FIELD = 6;

  public static Txn decode(byte[] data) {
    return decode(new ProtoReader("TxnRequest", data), 1);
  }

  // Departure from etcd, which has no limit of its own: no input may exhaust the stack. What passes
  // validation is nested at most max-txn-ops (128) deep.
  private static final int MAX_DEPTH = 1_000;

  static Txn decode(ProtoReader in, int depth) {
    if (depth > MAX_DEPTH) {
      throw new DecodeException("proto: exceeded max recursion depth");
    }
    List<Compare> compares = new ArrayList<>();
    List<Op> success = new ArrayList<>();
    List<Op> failure = new ArrayList<>();
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> compares.add(Compare.decode(in.message("Compare", "Compare")));
        case 2 -> success.add(decodeOp(in.message("Success", "RequestOp"), depth));
        case 3 -> failure.add(decodeOp(in.message("Failure", "RequestOp"), depth));
        default -> in.skip();
      }
    }
    return new Txn(compares, success, failure);
  }

  private static Op decodeOp(ProtoReader in, int depth) {
    Op op = new Op.None();
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> op = Range.decode(in.message("RequestRange", "RangeRequest"));
        case 2 -> op = Put.decode(in.message("RequestPut", "PutRequest"));
        case 3 -> op = DeleteRange.decode(in.message("RequestDeleteRange", "DeleteRangeRequest"));
        case 4 -> op = decode(in.message("RequestTxn", "TxnRequest"), depth + 1);
        default -> in.skip();
      }
    }
    return op;
  }

  /**
   * Whether it only reads: all operations of both branches are ranges, or there are none. Such a
   * transaction is not proposed. One with a nested transaction never counts as reading.
   */
  public boolean readOnly() {
    return onlyRanges(success) && onlyRanges(failure);
  }

  /** Whether it only reads and every range is serializable; without operations it is. */
  public boolean serializable() {
    return onlySerializable(success) && onlySerializable(failure);
  }

  private static boolean onlyRanges(List<Op> ops) {
    for (Op op : ops) {
      if (!(op instanceof Range)) {
        return false;
      }
    }
    return true;
  }

  private static boolean onlySerializable(List<Op> ops) {
    for (Op op : ops) {
      if (!(op instanceof Range range && range.serializable())) {
        return false;
      }
    }
    return true;
  }

  @Override
  public int field() {
    return FIELD;
  }
}
