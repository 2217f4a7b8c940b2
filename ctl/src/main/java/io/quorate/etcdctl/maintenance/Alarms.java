package io.quorate.etcdctl.maintenance;

import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoReader;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.message.Header;
import io.quorate.rpc.CallOptions;
import java.util.ArrayList;
import java.util.List;

/** {@code AlarmResponse}. */
public final class Alarms {
  private static final String METHOD = "/etcdserverpb.Maintenance/Alarm";
  private static final int ACTION = 1;
  private static final int DEACTIVATE = 2;
  private static final String[] TYPES = {"NONE", "NOSPACE", "CORRUPT"};

  private final byte[] bytes;
  private final Header header;
  private final List<Alarm> alarms;

  private Alarms(byte[] bytes, Header header, List<Alarm> alarms) {
    this.bytes = bytes;
    this.header = header;
    this.alarms = alarms;
  }

  /** An alarm of a member. */
  public record Alarm(long memberId, long type) {
    static Alarm read(ProtoReader in) {
      long memberId = 0;
      long type = 0;
      while (in.next()) {
        switch (in.number()) {
          case 1 -> memberId = in.value();
          case 2 -> type = in.value();
          default -> {}
        }
      }
      return new Alarm(memberId, type);
    }

    /** Whether it is one that etcd 3.6 raises. */
    public boolean isKnown() {
      return type == 1 || type == 2;
    }

    public String typeName() {
      return type >= 0 && type < TYPES.length ? TYPES[(int) type] : Long.toString(type);
    }
  }

  /** The alarms that are raised. */
  public static Alarms list(ClusterChannel channel, CallOptions options) {
    return read(channel.unary(METHOD, new byte[0], options));
  }

  /** Lowers all that are raised; the answer has those that were, and no header. */
  static Alarms disarm(ClusterChannel channel, CallOptions options) {
    List<Alarm> lowered = new ArrayList<>();
    ProtoWriter bytes = new ProtoWriter();
    for (Alarm alarm : list(channel, options).all()) {
      byte[] request =
          new ProtoWriter()
              .number(ACTION, DEACTIVATE)
              .number(2, alarm.memberId())
              .number(3, alarm.type())
              .toBytes();
      for (Alarm one : read(channel.unary(METHOD, request, options)).all()) {
        lowered.add(one);
        bytes.element(
            2, new ProtoWriter().number(1, one.memberId()).number(2, one.type()).toBytes());
      }
    }
    return new Alarms(bytes.toBytes(), Header.NONE, lowered);
  }

  private static Alarms read(byte[] response) {
    List<Alarm> alarms = new ArrayList<>();
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      if (in.number() == 2) {
        alarms.add(Alarm.read(in.message()));
      }
    }
    return new Alarms(response, Header.of(response), alarms);
  }

  public List<Alarm> all() {
    return alarms;
  }

  Header header() {
    return header;
  }

  byte[] bytes() {
    return bytes;
  }
}
