package io.quorate.etcdctl.kv;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.message.KeyValue;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.ArrayList;
import java.util.List;

/** {@code DeleteRangeResponse}. */
final class DelAnswer extends Answer {
  private final byte[] bytes;
  private final List<KeyValue> previous = new ArrayList<>();
  private Header header = Header.NONE;
  private long deleted;

  DelAnswer(byte[] response) {
    this.bytes = response;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 2 -> deleted = in.value();
        case 3 -> previous.add(KeyValue.read(in.message()));
        default -> {}
      }
    }
  }

  @Override
  public void simple(SimpleText out) {
    out.line(Long.toString(deleted));
    for (KeyValue keyValue : previous) {
      keyValue.simple(out);
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.json(out);
    out.number("deleted", deleted);
    KeyValue.json(out, "prev_kvs", previous);
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    out.number("Deleted", deleted);
    for (KeyValue keyValue : previous) {
      keyValue.fields(out, "Prev");
    }
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
