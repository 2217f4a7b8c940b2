package io.quorate.etcdctl.message;

import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.Mode;
import io.quorate.etcdctl.output.SimpleText;

/** A response with nothing but a header: simply put, one line says what has been done. */
public final class HeaderAnswer extends Answer {
  private final byte[] bytes;
  private final Header header;
  private final String line;
  private final boolean hasFields;

  private HeaderAnswer(byte[] response, String line, boolean hasFields) {
    this.bytes = response;
    this.header = Header.of(response);
    this.line = line;
    this.hasFields = hasFields;
  }

  /** An answer that the mode {@code fields} knows too. */
  public static HeaderAnswer of(byte[] response, String line) {
    return new HeaderAnswer(response, line, true);
  }

  /** An answer that the mode {@code fields} does not know. */
  public static HeaderAnswer withoutFields(byte[] response, String line) {
    return new HeaderAnswer(response, line, false);
  }

  @Override
  public void simple(SimpleText out) {
    out.line(line);
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.json(out);
    out.endObject();
  }

  /**
   * @throws Failure where the original has none
   */
  @Override
  public void fields(FieldsText out) {
    if (!hasFields) {
      throw Mode.unsupported("fields");
    }
    header.fields(out);
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
