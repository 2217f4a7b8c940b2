package io.quorate.statemachine.request;

/**
 * AlarmRequest (spec/api.md 11).
 *
 * @param action 0 get, 1 activate, 2 deactivate
 * @param alarm 0 none, 1 no space, 2 corrupt
 */
public record Alarm(int action, long memberId, int alarm) implements Request {
  public static final int FIELD = 10;

  public static final int GET = 0;
  public static final int ACTIVATE = 1;
  public static final int DEACTIVATE = 2;

  public static Alarm decode(byte[] data) {
    return decode(new ProtoReader("AlarmRequest", data));
  }

  static Alarm decode(ProtoReader in) {
    int action = 0;
    long memberId = 0;
    int alarm = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> action = (int) in.number("Action");
        case 2 -> memberId = in.number("MemberID");
        case 3 -> alarm = (int) in.number("Alarm");
        default -> in.skip();
      }
    }
    return new Alarm(action, memberId, alarm);
  }

  public byte[] encode() {
    return new ProtoWriter(16).number(1, action).number(2, memberId).number(3, alarm).toByteArray();
  }

  @Override
  public int field() {
    return FIELD;
  }
}
