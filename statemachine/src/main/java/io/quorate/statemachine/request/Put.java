package io.quorate.statemachine.request;

/** PutRequest (spec/api.md 3.2, 7.4). */
public record Put(
    byte[] key, byte[] value, long lease, boolean prevKv, boolean ignoreValue, boolean ignoreLease)
    implements Request, Op {
  public static final int FIELD = 4;

  public static Put of(byte[] key, byte[] value, long lease) {
    return new Put(key, value, lease, false, false, false);
  }

  public static Put decode(byte[] data) {
    return decode(new ProtoReader("PutRequest", data));
  }

  static Put decode(ProtoReader in) {
    byte[] key = Bytes.EMPTY;
    byte[] value = Bytes.EMPTY;
    long lease = 0;
    boolean prevKv = false;
    boolean ignoreValue = false;
    boolean ignoreLease = false;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> key = in.bytes("Key");
        case 2 -> value = in.bytes("Value");
        case 3 -> lease = in.number("Lease");
        case 4 -> prevKv = in.bool("PrevKv");
        case 5 -> ignoreValue = in.bool("IgnoreValue");
        case 6 -> ignoreLease = in.bool("IgnoreLease");
        default -> in.skip();
      }
    }
    return new Put(key, value, lease, prevKv, ignoreValue, ignoreLease);
  }

  @Override
  public int field() {
    return FIELD;
  }
}
