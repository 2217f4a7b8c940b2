package io.quorate.etcdctl.message;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.List;

/** A key with its value and its history in numbers. */
public record KeyValue(
    byte[] key, long createRevision, long modRevision, long version, byte[] value, long lease) {
  private static final byte[] EMPTY = {};

  /** No key. */
  public static final KeyValue NONE = new KeyValue(EMPTY, 0, 0, 0, EMPTY, 0);

  public static KeyValue read(ProtoReader in) {
    byte[] key = EMPTY;
    long createRevision = 0;
    long modRevision = 0;
    long version = 0;
    byte[] value = EMPTY;
    long lease = 0;
    while (in.next()) {
      switch (in.number()) {
        case 1 -> key = in.bytes();
        case 2 -> createRevision = in.value();
        case 3 -> modRevision = in.value();
        case 4 -> version = in.value();
        case 5 -> value = in.bytes();
        case 6 -> lease = in.value();
        default -> {}
      }
    }
    return new KeyValue(key, createRevision, modRevision, version, value, lease);
  }

  /** A line for the key and one for the value. */
  public void simple(SimpleText out) {
    out.bytes(key).bytes(value);
  }

  /** The fields of an object that the caller has begun. */
  public void json(JsonText out) {
    out.bytes("key", key)
        .number("create_revision", createRevision)
        .number("mod_revision", modRevision)
        .number("version", version)
        .bytes("value", value)
        .number("lease", lease);
  }

  /** An array of such objects; nothing if it is empty. */
  public static void json(JsonText out, String name, List<KeyValue> all) {
    if (all.isEmpty()) {
      return;
    }
    out.beginArray(name);
    for (KeyValue one : all) {
      out.beginObject();
      one.json(out);
      out.endObject();
    }
    out.endArray();
  }

  /**
   * @param prefix what the names begin with: empty, or {@code Prev}
   */
  public void fields(FieldsText out, String prefix) {
    out.quoted(prefix + "Key", key)
        .number(prefix + "CreateRevision", createRevision)
        .number(prefix + "ModRevision", modRevision)
        .number(prefix + "Version", version)
        .quoted(prefix + "Value", value)
        .lease(prefix + "Lease", lease);
  }
}
