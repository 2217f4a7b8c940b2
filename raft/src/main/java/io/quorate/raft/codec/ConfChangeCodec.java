package io.quorate.raft.codec;

import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/** ConfChange: {@code 1 id, 2 type, 3 node_id, 4 context?}. */
public final class ConfChangeCodec {
  static final ConfChangeType[] TYPES = ConfChangeType.values();

  private ConfChangeCodec() {}

  public static int encodedSize(ConfChange change) {
    byte[] context = change.context();
    return Wire.varintFieldSize(change.id())
        + Wire.varintFieldSize(change.type().ordinal())
        + Wire.varintFieldSize(change.nodeId())
        + (context == null ? 0 : Wire.bytesFieldSize(context.length));
  }

  public static byte[] encode(ConfChange change) {
    ByteBuffer out = ByteBuffer.allocate(encodedSize(change));
    WireWriter writer = new WireWriter(out);
    writer.varintField(1, change.id());
    writer.varintField(2, change.type().ordinal());
    writer.varintField(3, change.nodeId());
    writer.bytesField(4, change.context());
    return out.array();
  }

  /**
   * @throws MalformedException if this is no change, or of a type unknown to us
   */
  public static ConfChange decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads all that remains, leaving the buffer's position alone.
   *
   * @throws MalformedException if this is no change, or of a type unknown to us
   */
  public static ConfChange decode(ByteBuffer bytes) {
    WireReader reader = new WireReader(bytes);
    long id = 0;
    ConfChangeType type = ConfChangeType.ADD_NODE;
    long nodeId = 0;
    byte @Nullable [] context = null;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> id = reader.number();
        case 2 -> type = reader.constant(TYPES);
        case 3 -> nodeId = reader.number();
        case 4 -> context = reader.bytes();
        default -> reader.skip();
      }
    }
    return new ConfChange(id, type, nodeId, context);
  }
}
