package io.quorate.statemachine.request;

/**
 * RangeRequest (spec/api.md 3.2, 7.3).
 *
 * @param rangeEnd exclusive; empty: the key alone; one zero byte: everything from the key on
 * @param limit ≤ 0: none
 * @param revision ≤ 0: the current one
 * @param sortOrder 0 none, 1 ascending, 2 descending; other numbers are refused by validation
 * @param sortTarget 0 key, 1 version, 2 create, 3 mod, 4 value
 * @param minModRevision the four filters include their bound; 0: off
 */
public record Range(
    byte[] key,
    byte[] rangeEnd,
    long limit,
    long revision,
    int sortOrder,
    int sortTarget,
    boolean serializable,
    boolean keysOnly,
    boolean countOnly,
    long minModRevision,
    long maxModRevision,
    long minCreateRevision,
    long maxCreateRevision)
    implements Request, Op {
  public static final int FIELD = 3;

  public static final int SORT_NONE = 0;
  public static final int SORT_ASCEND = 1;
  public static final int SORT_DESCEND = 2;

  public static final int TARGET_KEY = 0;
  public static final int TARGET_VERSION = 1;
  public static final int TARGET_CREATE = 2;
  public static final int TARGET_MOD = 3;
  public static final int TARGET_VALUE = 4;

  /** Everything in {@code [key, rangeEnd)} at the current revision. */
  public static Range of(byte[] key, byte[] rangeEnd) {
    return new Range(key, rangeEnd, 0, 0, 0, 0, false, false, false, 0, 0, 0, 0);
  }

  public static Range decode(byte[] data) {
    return decode(new ProtoReader("RangeRequest", data));
  }

  static Range decode(ProtoReader in) {
    byte[] key = Bytes.EMPTY;
    byte[] rangeEnd = Bytes.EMPTY;
    long limit = 0;
    long revision = 0;
    int sortOrder = 0;
    int sortTarget = 0;
    boolean serializable = false;
    boolean keysOnly = false;
    boolean countOnly = false;
    long minMod = 0;
    long maxMod = 0;
    long minCreate = 0;
    long maxCreate = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> key = in.bytes("Key");
        case 2 -> rangeEnd = in.bytes("RangeEnd");
        case 3 -> limit = in.number("Limit");
        case 4 -> revision = in.number("Revision");
        case 5 -> sortOrder = (int) in.number("SortOrder");
        case 6 -> sortTarget = (int) in.number("SortTarget");
        case 7 -> serializable = in.bool("Serializable");
        case 8 -> keysOnly = in.bool("KeysOnly");
        case 9 -> countOnly = in.bool("CountOnly");
        case 10 -> minMod = in.number("MinModRevision");
        case 11 -> maxMod = in.number("MaxModRevision");
        case 12 -> minCreate = in.number("MinCreateRevision");
        case 13 -> maxCreate = in.number("MaxCreateRevision");
        default -> in.skip();
      }
    }
    return new Range(
        key,
        rangeEnd,
        limit,
        revision,
        sortOrder,
        sortTarget,
        serializable,
        keysOnly,
        countOnly,
        minMod,
        maxMod,
        minCreate,
        maxCreate);
  }

  /** Whether any of the four revision filters is on. */
  public boolean filters() {
    return (minModRevision | maxModRevision | minCreateRevision | maxCreateRevision) != 0;
  }

  @Override
  public int field() {
    return FIELD;
  }
}
