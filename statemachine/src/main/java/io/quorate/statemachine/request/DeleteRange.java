package io.quorate.statemachine.request;

/**
 * DeleteRangeRequest (spec/api.md 3.2, 7.5).
 *
 * @param rangeEnd as in {@link Range}
 */
public record DeleteRange(byte[] key, byte[] rangeEnd, boolean prevKv) implements Request, Op {
  public static final int FIELD = 5;

  public static DeleteRange decode(byte[] data) {
    return decode(new ProtoReader("DeleteRangeRequest", data));
  }

  static DeleteRange decode(ProtoReader in) {
    byte[] key = Bytes.EMPTY;
    byte[] rangeEnd = Bytes.EMPTY;
    boolean prevKv = false;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> key = in.bytes("Key");
        case 2 -> rangeEnd = in.bytes("RangeEnd");
        case 3 -> prevKv = in.bool("PrevKv");
        default -> in.skip();
      }
    }
    return new DeleteRange(key, rangeEnd, prevKv);
  }

  @Override
  public int field() {
    return FIELD;
  }
}
