package io.quorate.raft.codec;

import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Snapshot;
import java.nio.ByteBuffer;
import org.jspecify.annotations.Nullable;

/**
 * Snapshot: {@code 1 data?, 2 metadata}, where metadata is {@code 1 conf_state, 2 index, 3 term}.
 */
public final class SnapshotCodec {
  private SnapshotCodec() {}

  public static int encodedSize(Snapshot snapshot) {
    byte[] data = snapshot.data();
    return Math.addExact(
        data == null ? 0 : Wire.bytesFieldSize(data.length),
        Wire.bytesFieldSize(metadataSize(snapshot)));
  }

  public static byte[] encode(Snapshot snapshot) {
    ByteBuffer out = ByteBuffer.allocate(encodedSize(snapshot));
    write(snapshot, out);
    return out.array();
  }

  /** Writes at {@code out}'s position, which needs {@link #encodedSize} bytes of room. */
  public static void write(Snapshot snapshot, ByteBuffer out) {
    WireWriter writer = new WireWriter(out);
    writer.bytesField(1, snapshot.data());
    writer.messageField(2, metadataSize(snapshot));
    writer.messageField(1, ConfStateCodec.encodedSize(snapshot.confState()));
    ConfStateCodec.write(snapshot.confState(), out);
    writer.varintField(2, snapshot.index());
    writer.varintField(3, snapshot.term());
  }

  /**
   * @throws MalformedException if this is no snapshot
   */
  public static Snapshot decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads all that remains, leaving the buffer's position alone.
   *
   * @throws MalformedException if this is no snapshot
   */
  public static Snapshot decode(ByteBuffer bytes) {
    return read(new WireReader(bytes));
  }

  static Snapshot read(WireReader reader) {
    byte @Nullable [] data = null;
    Snapshot metadata = Snapshot.EMPTY;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> data = reader.bytes();
        case 2 -> metadata = readMetadata(reader.message());
        default -> reader.skip();
      }
    }
    return new Snapshot(data, metadata.confState(), metadata.index(), metadata.term());
  }

  private static Snapshot readMetadata(WireReader reader) {
    ConfState confState = ConfState.EMPTY;
    long index = 0;
    long term = 0;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> confState = ConfStateCodec.read(reader.message());
        case 2 -> index = reader.number();
        case 3 -> term = reader.number();
        default -> reader.skip();
      }
    }
    return new Snapshot(null, confState, index, term);
  }

  private static int metadataSize(Snapshot snapshot) {
    return Wire.bytesFieldSize(ConfStateCodec.encodedSize(snapshot.confState()))
        + Wire.varintFieldSize(snapshot.index())
        + Wire.varintFieldSize(snapshot.term());
  }
}
