package io.quorate.etcdctl.lease;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.Hex;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import io.quorate.gotext.RawText;
import java.util.ArrayList;
import java.util.List;

/** {@code LeaseTimeToLiveResponse}. */
final class TimeToLiveAnswer extends Answer {
  private final List<byte[]> keys = new ArrayList<>();
  private final boolean withKeys;
  private Header header = Header.NONE;
  private long id;
  private long ttlSeconds;
  private long grantedSeconds;

  TimeToLiveAnswer(byte[] response, boolean withKeys) {
    this.withKeys = withKeys;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 2 -> id = in.value();
        case 3 -> ttlSeconds = in.value();
        case 4 -> grantedSeconds = in.value();
        case 5 -> keys.add(in.bytes());
        default -> {}
      }
    }
  }

  @Override
  public void simple(SimpleText out) {
    String lease = "lease " + Hex.signed(id);
    if (grantedSeconds == 0 && ttlSeconds == -1) {
      out.line(lease + " already expired");
      return;
    }
    StringBuilder line = new StringBuilder(lease);
    line.append(" granted with TTL(").append(grantedSeconds).append("s), remaining(");
    line.append(ttlSeconds).append("s)");
    if (withKeys) {
      line.append(", attached keys([");
      for (int i = 0; i < keys.size(); i++) {
        line.append(i > 0 ? " " : "").append(RawText.of(keys.get(i)));
      }
      line.append("])");
    }
    out.line(line.toString());
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.flatJson(out);
    out.always().number("id", id).always().number("ttl", ttlSeconds);
    out.always().number("granted-ttl", grantedSeconds);
    if (keys.isEmpty()) {
      out.raw("keys", "null");
    } else {
      out.beginArray("keys");
      for (byte[] key : keys) {
        out.element(key);
      }
      out.endArray();
    }
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    out.lease("ID", id).number("TTL", ttlSeconds).number("GrantedTTL", grantedSeconds);
    for (byte[] key : keys) {
      out.quoted("Key", key);
    }
  }

  /** The header alone, as the original has it. */
  @Override
  public byte[] protobuf() {
    return header.toBytes();
  }
}
