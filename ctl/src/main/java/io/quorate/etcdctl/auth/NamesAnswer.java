package io.quorate.etcdctl.auth;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.gotext.RawText;
import java.util.ArrayList;
import java.util.List;

/** A response with a list of names in field 2: of users, or of roles. */
abstract class NamesAnswer extends Answer {
  private static final int NAMES = 2;

  private final byte[] bytes;
  private final String field;
  private final List<String> names = new ArrayList<>();

  /**
   * @param field what JSON calls the list
   */
  NamesAnswer(byte[] response, String field) {
    this.bytes = response;
    this.field = field;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      if (in.number() == NAMES) {
        names.add(RawText.of(in.bytes()));
      }
    }
  }

  final List<String> names() {
    return names;
  }

  final Header header() {
    return Header.of(bytes);
  }

  @Override
  public final void json(JsonText out) {
    out.beginObject();
    header().json(out);
    out.texts(field, names).endObject();
  }

  @Override
  public final byte[] protobuf() {
    return bytes;
  }
}
