package io.quorate.etcdctl.output;

/**
 * One response, and how it reads in each mode (spec/ctl.md 3). What is not overridden is refused.
 */
public abstract class Answer {
  public abstract void simple(SimpleText out);

  /** Writes one value. */
  public abstract void json(JsonText out);

  public void fields(FieldsText out) {
    throw Mode.unsupported("fields");
  }

  public Table table() {
    throw Mode.unsupported("table");
  }

  /** The bytes of the message. */
  public byte[] protobuf() {
    throw Mode.unsupported("protobuf");
  }
}
