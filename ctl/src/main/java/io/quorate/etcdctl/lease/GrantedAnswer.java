package io.quorate.etcdctl.lease;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.Hex;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;

/** {@code LeaseGrantResponse} and {@code LeaseKeepAliveResponse}: a lease has so long to live. */
final class GrantedAnswer extends Answer {
  private final boolean renewed;
  private Header header = Header.NONE;
  private long id;
  private long ttlSeconds;
  private String error = "";

  private GrantedAnswer(byte[] response, boolean renewed) {
    this.renewed = renewed;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 2 -> id = in.value();
        case 3 -> ttlSeconds = in.value();
        case 4 -> error = in.text();
        default -> {}
      }
    }
  }

  static GrantedAnswer granted(byte[] response) {
    return new GrantedAnswer(response, false);
  }

  static GrantedAnswer renewed(byte[] response) {
    return new GrantedAnswer(response, true);
  }

  @Override
  public void simple(SimpleText out) {
    out.line(
        renewed
            ? "lease " + Hex.signed(id) + " keepalived with TTL(" + ttlSeconds + ")"
            : "lease " + Hex.signed(id) + " granted with TTL(" + ttlSeconds + "s)");
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.flatJson(out);
    out.always().number("ID", id).always().number("TTL", ttlSeconds);
    if (!renewed) {
      out.always().text("Error", error);
    }
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    out.lease("ID", id).number("TTL", ttlSeconds);
  }

  /** The header alone, as the original has it. */
  @Override
  public byte[] protobuf() {
    return header.toBytes();
  }
}
