package io.quorate.etcdctl.kv;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.message.KeyValue;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;

/** {@code PutResponse}. */
final class PutAnswer extends Answer {
  private final byte[] bytes;
  private Header header = Header.NONE;
  private KeyValue previous = KeyValue.NONE;
  private boolean hasPrevious;

  PutAnswer(byte[] response) {
    this.bytes = response;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 2 -> {
          previous = KeyValue.read(in.message());
          hasPrevious = true;
        }
        default -> {}
      }
    }
  }

  @Override
  public void simple(SimpleText out) {
    out.line("OK");
    if (hasPrevious) {
      previous.simple(out);
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.json(out);
    if (hasPrevious) {
      out.beginObject("prev_kv");
      previous.json(out);
      out.endObject();
    }
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    if (hasPrevious) {
      previous.fields(out, "Prev");
    }
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
