package io.quorate.statemachine.request;

/**
 * authpb.Permission (spec/api.md 3.7): a right to a range of keys, both as a role holds it and as
 * requests give it.
 *
 * @param type {@link #READ}, {@link #WRITE} or {@link #READWRITE}; other numbers are kept and mean
 *     nothing
 * @param rangeEnd as in {@link Range}
 */
public record Permission(int type, byte[] key, byte[] rangeEnd) {
  public static final int READ = 0;
  public static final int WRITE = 1;
  public static final int READWRITE = 2;

  public static Permission decode(ProtoReader in) {
    int type = READ;
    byte[] key = Bytes.EMPTY;
    byte[] rangeEnd = Bytes.EMPTY;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> type = (int) in.number("PermType");
        case 2 -> key = in.bytes("Key");
        case 3 -> rangeEnd = in.bytes("RangeEnd");
        default -> in.skip();
      }
    }
    return new Permission(type, key, rangeEnd);
  }

  public ProtoWriter encode() {
    return new ProtoWriter(16 + key.length + rangeEnd.length)
        .number(1, type)
        .bytes(2, key)
        .bytes(3, rangeEnd);
  }
}
