package io.quorate.statemachine.request;

/**
 * One condition of a transaction (spec/api.md 3.2).
 *
 * @param result 0 equal, 1 greater, 2 less, 3 not equal; any other number is always true
 * @param target 0 version, 1 create revision, 2 mod revision, 3 value, 4 lease; any other: equal
 * @param rangeEnd as in {@link Range}: all keys of the range must satisfy it
 * @param number the operand if it was given for this target, else 0
 * @param value the operand of target value if it was given, else empty
 */
public record Compare(
    int result, int target, byte[] key, byte[] rangeEnd, long number, byte[] value) {
  public static final int EQUAL = 0;
  public static final int GREATER = 1;
  public static final int LESS = 2;
  public static final int NOT_EQUAL = 3;

  public static final int VERSION = 0;
  public static final int CREATE = 1;
  public static final int MOD = 2;
  public static final int VALUE = 3;
  public static final int LEASE = 4;

  static Compare decode(ProtoReader in) {
    int result = 0;
    int target = 0;
    byte[] key = Bytes.EMPTY;
    byte[] rangeEnd = Bytes.EMPTY;
    int operand = 0;
    long number = 0;
    byte[] value = Bytes.EMPTY;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> result = (int) in.number("Result");
        case 2 -> target = (int) in.number("Target");
        case 3 -> key = in.bytes("Key");
        case 4, 5, 6, 8 -> {
          operand = field;
          number = in.number(operandName(field));
        }
        case 7 -> {
          operand = field;
          value = in.bytes("Value");
        }
        case 64 -> rangeEnd = in.bytes("RangeEnd");
        default -> in.skip();
      }
    }
    boolean ofTarget = operand == target + 4;
    return new Compare(
        result,
        target,
        key,
        rangeEnd,
        ofTarget && operand != 7 ? number : 0,
        ofTarget && operand == 7 ? value : Bytes.EMPTY);
  }

  private static String operandName(int field) {
    return switch (field) {
      case 4 -> "Version";
      case 5 -> "CreateRevision";
      case 6 -> "ModRevision";
      default -> "Lease";
    };
  }

  /** Whether {@code order}, the sign of (found − operand), satisfies the result asked for. */
  public boolean accepts(int order) {
    return switch (result) {
      case EQUAL -> order == 0;
      case GREATER -> order > 0;
      case LESS -> order < 0;
      case NOT_EQUAL -> order != 0;
      default -> true;
    };
  }
}
