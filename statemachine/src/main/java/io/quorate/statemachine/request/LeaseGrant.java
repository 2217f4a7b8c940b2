package io.quorate.statemachine.request;

/**
 * LeaseGrantRequest (spec/api.md 9). In the log the id is never 0; {@code server} chose one.
 *
 * @param ttl seconds
 */
public record LeaseGrant(long ttl, long id) implements Request {
  public static final int FIELD = 8;

  public static LeaseGrant decode(byte[] data) {
    return decode(new ProtoReader("LeaseGrantRequest", data));
  }

  static LeaseGrant decode(ProtoReader in) {
    long ttl = 0;
    long id = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> ttl = in.number("TTL");
        case 2 -> id = in.number("ID");
        default -> in.skip();
      }
    }
    return new LeaseGrant(ttl, id);
  }

  public byte[] encode() {
    return new ProtoWriter(24).number(1, ttl).number(2, id).toByteArray();
  }

  @Override
  public int field() {
    return FIELD;
  }
}
