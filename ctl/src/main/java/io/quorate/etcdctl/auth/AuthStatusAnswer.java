package io.quorate.etcdctl.auth;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;

/** {@code AuthStatusResponse}. */
final class AuthStatusAnswer extends Answer {
  private final byte[] bytes;
  private boolean enabled;
  private long revision;

  AuthStatusAnswer(byte[] response) {
    this.bytes = response;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      switch (in.number()) {
        case 2 -> enabled = in.flag();
        case 3 -> revision = in.value();
        default -> {}
      }
    }
  }

  @Override
  public void simple(SimpleText out) {
    out.line("Authentication Status: " + enabled);
    out.line("AuthRevision: " + Long.toUnsignedString(revision));
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    Header.of(bytes).json(out);
    out.flag("enabled", enabled).unsigned("authRevision", revision).endObject();
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
