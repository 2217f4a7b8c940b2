package io.quorate.etcdctl.kv;

import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoReader;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.message.KeyValue;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.ArrayList;
import java.util.List;

/** {@code RangeResponse}. */
public final class GetAnswer extends Answer {
  private final byte[] bytes;
  private final boolean valuesOnly;
  private final List<KeyValue> keyValues = new ArrayList<>();
  private Header header = Header.NONE;
  private boolean more;
  private long count;

  /**
   * @param valuesOnly whether the mode simple leaves out the keys
   */
  public GetAnswer(byte[] response, boolean valuesOnly) {
    this.bytes = response;
    this.valuesOnly = valuesOnly;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 1 -> header = Header.read(in.message());
        case 2 -> keyValues.add(KeyValue.read(in.message()));
        case 3 -> more = in.flag();
        case 4 -> count = in.value();
        default -> {}
      }
    }
  }

  /** What {@code get} of one key would show. */
  public static GetAnswer ofKey(ClusterChannel cluster, byte[] key) {
    byte[] request = new ProtoWriter().bytes(1, key).toBytes();
    return new GetAnswer(cluster.unary("/etcdserverpb.KV/Range", request, Limits.none()), false);
  }

  public boolean isEmpty() {
    return keyValues.isEmpty();
  }

  @Override
  public void simple(SimpleText out) {
    for (KeyValue keyValue : keyValues) {
      if (valuesOnly) {
        out.bytes(keyValue.value());
      } else {
        keyValue.simple(out);
      }
    }
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.json(out);
    KeyValue.json(out, "kvs", keyValues);
    out.flag("more", more).number("count", count).endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
    for (KeyValue keyValue : keyValues) {
      keyValue.fields(out, "");
    }
    out.flag("More", more).number("Count", count);
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
