package io.quorate.etcdctl.maintenance;

import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;

/** Alarms, one a line. */
final class AlarmsAnswer extends Answer {
  private final Alarms alarms;

  AlarmsAnswer(Alarms alarms) {
    this.alarms = alarms;
  }

  @Override
  public void simple(SimpleText out) {
    for (Alarms.Alarm alarm : alarms.all()) {
      // As Go's protobuf prints a message, with the space behind.
      StringBuilder line = new StringBuilder();
      if (alarm.memberId() != 0) {
        line.append("memberID:").append(Long.toUnsignedString(alarm.memberId())).append(' ');
      }
      if (alarm.type() != 0) {
        line.append("alarm:").append(alarm.typeName()).append(' ');
      }
      out.line(line.toString());
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    alarms.header().json(out);
    if (!alarms.all().isEmpty()) {
      out.beginArray("alarms");
      for (Alarms.Alarm alarm : alarms.all()) {
        out.beginObject()
            .unsigned("memberID", alarm.memberId())
            .number("alarm", alarm.type())
            .endObject();
      }
      out.endArray();
    }
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    // The original of 3.6 panics where there is no header; from 3.7 on it prints one of zeros.
    alarms.header().fields(out);
    for (Alarms.Alarm alarm : alarms.all()) {
      out.id("MemberID", alarm.memberId()).raw("AlarmType", alarm.typeName()).emptyLine();
    }
  }

  @Override
  public byte[] protobuf() {
    return alarms.bytes();
  }
}
