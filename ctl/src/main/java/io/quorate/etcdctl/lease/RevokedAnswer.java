package io.quorate.etcdctl.lease;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.Hex;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;

/** {@code LeaseRevokeResponse}. */
final class RevokedAnswer extends Answer {
  private final long id;
  private final Header header;

  RevokedAnswer(long id, byte[] response) {
    this.id = id;
    this.header = Header.of(response);
  }

  @Override
  public void simple(SimpleText out) {
    out.line("lease " + Hex.signed(id) + " revoked");
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.json(out);
    out.endObject();
  }

  @Override
  public void fields(FieldsText out) {
    header.fields(out);
  }

  /** The original cannot either (spec/ctl.md 3.4). */
  @Override
  public byte[] protobuf() {
    throw new Failure(
        ExitCode.BAD_FEATURE,
        "marshal unsupported for type clientv3.LeaseRevokeResponse ({"
            + header.text()
            + " {} [] 0})");
  }
}
