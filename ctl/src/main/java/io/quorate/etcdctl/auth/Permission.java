package io.quorate.etcdctl.auth;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.KeyPrefix;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.gotext.RawText;
import java.util.Arrays;

/**
 * What may be done with a range of keys.
 *
 * @param type 0 to read, 1 to write, 2 for both
 */
record Permission(int type, byte[] key, byte[] rangeEnd) {
  static final int READ = 0;
  static final int WRITE = 1;
  static final int READWRITE = 2;
  private static final String[] NAMES = {"READ", "WRITE", "READWRITE"};

  static Permission read(ProtoReader in) {
    int type = READ;
    byte[] key = {};
    byte[] rangeEnd = {};
    while (in.next()) {
      switch (in.number()) {
        case 1 -> type = (int) in.value();
        case 2 -> key = in.bytes();
        case 3 -> rangeEnd = in.bytes();
        default -> {}
      }
    }
    return new Permission(type, key, rangeEnd);
  }

  boolean allows(int what) {
    return type == what || type == READWRITE;
  }

  /** {@code [a, z)}, or the key alone; a prefix says that it is one. */
  String range() {
    String first = RawText.of(key);
    if (rangeEnd.length == 0) {
      return first;
    }
    boolean open = rangeEnd.length == 1 && rangeEnd[0] == 0;
    String text = "[" + first + ", " + (open ? "<open ended>" : RawText.of(rangeEnd) + ")");
    boolean isPrefix = key.length > 0 && Arrays.equals(KeyPrefix.end(key), rangeEnd);
    return isPrefix ? text + " (prefix " + first + ")" : text;
  }

  private String typeName() {
    return type >= 0 && type < NAMES.length ? NAMES[type] : Integer.toString(type);
  }

  void json(JsonText out) {
    out.beginObject()
        .number("permType", type)
        .bytes("key", key)
        .bytes("range_end", rangeEnd)
        .endObject();
  }

  void fields(FieldsText out) {
    out.raw("PermType", " " + typeName()).quoted("Key", key).quoted("RangeEnd", rangeEnd);
  }
}
