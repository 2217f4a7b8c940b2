package io.quorate.statemachine.request;

/** LeaseRevokeRequest (spec/api.md 9). */
public record LeaseRevoke(long id) implements Request {
  public static final int FIELD = 9;

  public static LeaseRevoke decode(byte[] data) {
    return decode(new ProtoReader("LeaseRevokeRequest", data));
  }

  static LeaseRevoke decode(ProtoReader in) {
    long id = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> id = in.number("ID");
        default -> in.skip();
      }
    }
    return new LeaseRevoke(id);
  }

  public byte[] encode() {
    return new ProtoWriter(16).number(1, id).toByteArray();
  }

  @Override
  public int field() {
    return FIELD;
  }
}
