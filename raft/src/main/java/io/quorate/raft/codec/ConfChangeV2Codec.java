package io.quorate.raft.codec;

import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfChangeTransition;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfChangeV2;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * ConfChangeV2: {@code 1 transition, 2 changes*, 3 context?}, where a change is {@code 1 type, 2
 * node_id}.
 */
public final class ConfChangeV2Codec {
  private static final ConfChangeTransition[] TRANSITIONS = ConfChangeTransition.values();

  private ConfChangeV2Codec() {}

  public static int encodedSize(ConfChangeV2 change) {
    int size = Wire.varintFieldSize(change.transition().ordinal());
    for (ConfChangeSingle single : change.changes()) {
      size += Wire.bytesFieldSize(singleSize(single));
    }
    byte[] context = change.context();
    return size + (context == null ? 0 : Wire.bytesFieldSize(context.length));
  }

  public static byte[] encode(ConfChangeV2 change) {
    ByteBuffer out = ByteBuffer.allocate(encodedSize(change));
    WireWriter writer = new WireWriter(out);
    writer.varintField(1, change.transition().ordinal());
    for (ConfChangeSingle single : change.changes()) {
      writer.messageField(2, singleSize(single));
      writer.varintField(1, single.type().ordinal());
      writer.varintField(2, single.nodeId());
    }
    writer.bytesField(3, change.context());
    return out.array();
  }

  /**
   * @throws MalformedException if this is no change, or of a type or transition unknown to us
   */
  public static ConfChangeV2 decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads all that remains, leaving the buffer's position alone.
   *
   * @throws MalformedException if this is no change, or of a type or transition unknown to us
   */
  public static ConfChangeV2 decode(ByteBuffer bytes) {
    WireReader reader = new WireReader(bytes);
    ConfChangeTransition transition = ConfChangeTransition.AUTO;
    List<ConfChangeSingle> changes = new ArrayList<>();
    byte @Nullable [] context = null;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> transition = reader.constant(TRANSITIONS);
        case 2 -> changes.add(readSingle(reader.message()));
        case 3 -> context = reader.bytes();
        default -> reader.skip();
      }
    }
    return new ConfChangeV2(transition, changes, context);
  }

  private static ConfChangeSingle readSingle(WireReader reader) {
    ConfChangeType type = ConfChangeType.ADD_NODE;
    long nodeId = 0;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> type = reader.constant(ConfChangeCodec.TYPES);
        case 2 -> nodeId = reader.number();
        default -> reader.skip();
      }
    }
    return new ConfChangeSingle(type, nodeId);
  }

  private static int singleSize(ConfChangeSingle single) {
    return Wire.varintFieldSize(single.type().ordinal()) + Wire.varintFieldSize(single.nodeId());
  }
}
