package io.quorate.etcdctl.lease;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.Hex;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.ArrayList;
import java.util.List;

/** {@code LeaseLeasesResponse}. */
final class ListAnswer extends Answer {
  private final List<Long> ids = new ArrayList<>();
  private Header header = Header.NONE;

  ListAnswer(byte[] response) {
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 2 -> ids.add(id(in.message()));
        default -> {}
      }
    }
  }

  private static long id(ProtoReader in) {
    long id = 0;
    while (in.next()) {
      id = in.number() == 1 ? in.value() : id;
    }
    return id;
  }

  @Override
  public void simple(SimpleText out) {
    out.line("found " + ids.size() + " leases");
    for (long id : ids) {
      out.line(Hex.signed(id));
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.flatJson(out);
    out.beginArray("leases");
    for (long id : ids) {
      out.beginObject().always().number("id", id).endObject();
    }
    out.endArray().endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    for (long id : ids) {
      out.lease("ID", id);
    }
  }

  /** The header alone, as the original has it. */
  @Override
  public byte[] protobuf() {
    return header.toBytes();
  }
}
