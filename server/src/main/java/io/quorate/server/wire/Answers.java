package io.quorate.server.wire;

import io.quorate.statemachine.OpResult;
import java.lang.foreign.MemorySegment;
import java.util.List;

/** The answers of KV as messages (spec/api.md 3.2 and 6). */
public final class Answers {
  /** Of a range response. */
  public static final int KEY_VALUES = 2;

  private static final int HEADER = 1;
  private static final int SMALL = 64;

  private Answers() {}

  /** A response header; numbers are unsigned, zero ones left out. */
  public static byte[] header(long clusterId, long memberId, long revision, long raftTerm) {
    return new Wire(44)
        .number(1, clusterId)
        .number(2, memberId)
        .number(3, revision)
        .number(4, raftTerm)
        .toByteArray();
  }

  /** A response that is nothing but its header. */
  public static byte[] only(byte[] header) {
    return new Wire(header.length + 4).message(HEADER, header).toByteArray();
  }

  public static byte[] put(byte[] header, OpResult.PutDone done) {
    Wire out = new Wire(header.length + SMALL).message(HEADER, header);
    done.previous().ifPresent(previous -> out.message(2, previous));
    return out.toByteArray();
  }

  public static byte[] deleted(byte[] header, OpResult.Deleted done) {
    Wire out = new Wire(header.length + SMALL).message(HEADER, header).number(2, done.count());
    done.previous().forEach(previous -> out.message(3, previous));
    return out.toByteArray();
  }

  public static byte[] txn(byte[] header, OpResult.TxnDone done) {
    return txnFields(new Wire(header.length + 4 * SMALL).message(HEADER, header), done)
        .toByteArray();
  }

  /** What stands before the key-values of a range response. */
  public static byte[] rangeHead(byte[] header) {
    return only(header);
  }

  /** What stands behind them. */
  public static byte[] rangeTail(boolean more, long count) {
    return new Wire(16).flag(3, more).number(4, count).toByteArray();
  }

  /** A whole range response. */
  public static byte[] range(
      byte[] header, List<MemorySegment> keyValues, boolean more, long count) {
    long expected = (long) header.length + SMALL;
    for (MemorySegment keyValue : keyValues) {
      expected += Wire.framedBytes(2, keyValue.byteSize());
    }
    Wire out = new Wire(Math.toIntExact(expected)).message(HEADER, header);
    for (int i = 0; i < keyValues.size(); i++) {
      out.message(2, keyValues.get(i));
    }
    return out.flag(3, more).number(4, count).toByteArray();
  }

  private static Wire txnFields(Wire out, OpResult.TxnDone done) {
    out.flag(2, done.succeeded());
    for (OpResult response : done.responses()) {
      Wire op = new Wire(SMALL);
      switch (response) {
        case OpResult.Ranged ranged ->
            op.message(
                1,
                range(
                    subHeader(ranged.revision()),
                    ranged.keyValues(),
                    ranged.more(),
                    ranged.count()));
        case OpResult.PutDone put -> op.message(2, put(subHeader(put.revision()), put));
        case OpResult.Deleted deleted ->
            op.message(3, deleted(subHeader(deleted.revision()), deleted));
        case OpResult.TxnDone nested ->
            op.message(4, txnFields(new Wire(SMALL).message(HEADER, new byte[0]), nested));
      }
      out.message(3, op);
    }
    return out;
  }

  /** Inside a transaction a header says the revision and nothing else. */
  private static byte[] subHeader(long revision) {
    return header(0, 0, revision, 0);
  }
}
