package io.quorate.etcdctl.maintenance;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import io.quorate.gotext.RawText;

/** {@code DowngradeResponse}: the version that the cluster has now. */
final class DowngradeAnswer extends Answer {
  private static final int VERSION = 2;

  private final byte[] bytes;
  private final String action;
  private String version = "";

  /**
   * @param action {@code enable}, say
   */
  DowngradeAnswer(byte[] response, String action) {
    this.bytes = response;
    this.action = action;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      if (in.number() == VERSION) {
        version = RawText.of(in.bytes());
      }
    }
  }

  @Override
  public void simple(SimpleText out) {
    out.line("Downgrade " + action + " success, cluster version " + version);
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    Header.of(bytes).json(out);
    out.text("version", version).endObject();
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
