package io.quorate.statemachine.alarm;

import io.quorate.statemachine.request.ProtoReader;
import io.quorate.statemachine.request.ProtoWriter;

/**
 * An alarm that is on: etcdserverpb.AlarmMember.
 *
 * @param memberId who raised it, unsigned; 0 for a CORRUPT alarm of nobody in particular
 * @param type one of the constants, or a number of a later version
 */
public record ActiveAlarm(long memberId, int type) {
  public static final int NONE = 0;
  public static final int NOSPACE = 1;
  public static final int CORRUPT = 2;

  /** The name of its type; the number of one that this version does not know. */
  public String typeName() {
    return switch (type) {
      case NONE -> "NONE";
      case NOSPACE -> "NOSPACE";
      case CORRUPT -> "CORRUPT";
      default -> Integer.toString(type);
    };
  }

  /** In protobuf's text form, as etcd shows it in logs and in the errors of a status. */
  public String text() {
    String member = memberId == 0 ? "" : "memberID:" + Long.toUnsignedString(memberId) + " ";
    return type == NONE ? member : member + "alarm:" + typeName() + " ";
  }

  /** The key in the bucket {@code alarm}; the value is empty. */
  byte[] encode() {
    return new ProtoWriter(16).number(1, memberId).number(2, type).toByteArray();
  }

  static ActiveAlarm decode(byte[] key) {
    ProtoReader in = new ProtoReader("AlarmMember", key);
    long memberId = 0;
    int type = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> memberId = in.number("MemberID");
        case 2 -> type = (int) in.number("Alarm");
        default -> in.skip();
      }
    }
    return new ActiveAlarm(memberId, type);
  }
}
