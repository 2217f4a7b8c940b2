package io.quorate.raft.codec;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import java.nio.ByteBuffer;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Entry: {@code 1 Type, 2 Term, 3 Index, 4 Data?}. */
public final class EntryCodec {
  private static final EntryType[] TYPES = EntryType.values();

  private EntryCodec() {}

  /** Bytes that {@link #encode} would make: what MaxSizePerMsg and the apply limit count. */
  public static int encodedSize(Entry entry) {
    byte[] data = entry.data();
    return Wire.varintFieldSize(entry.type().ordinal())
        + Wire.varintFieldSize(entry.term())
        + Wire.varintFieldSize(entry.index())
        + (data == null ? 0 : Wire.bytesFieldSize(data.length));
  }

  /** Bytes of all of them, without what a list around them would add. */
  public static long encodedSize(List<Entry> entries) {
    long size = 0;
    for (int i = 0; i < entries.size(); i++) {
      size += encodedSize(entries.get(i));
    }
    return size;
  }

  public static byte[] encode(Entry entry) {
    ByteBuffer out = ByteBuffer.allocate(encodedSize(entry));
    write(entry, out);
    return out.array();
  }

  /** Writes at {@code out}'s position, which needs {@link #encodedSize(Entry)} bytes of room. */
  public static void write(Entry entry, ByteBuffer out) {
    WireWriter writer = new WireWriter(out);
    writer.varintField(1, entry.type().ordinal());
    writer.varintField(2, entry.term());
    writer.varintField(3, entry.index());
    writer.bytesField(4, entry.data());
  }

  /**
   * @throws MalformedException if this is no entry, or of a type unknown to us
   */
  public static Entry decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads all that remains, leaving the buffer's position alone.
   *
   * @throws MalformedException if this is no entry, or of a type unknown to us
   */
  public static Entry decode(ByteBuffer bytes) {
    return read(new WireReader(bytes));
  }

  static Entry read(WireReader reader) {
    EntryType type = EntryType.NORMAL;
    long term = 0;
    long index = 0;
    byte @Nullable [] data = null;
    for (int field = reader.next(); field != 0; field = reader.next()) {
      switch (field) {
        case 1 -> type = reader.constant(TYPES);
        case 2 -> term = reader.number();
        case 3 -> index = reader.number();
        case 4 -> data = reader.bytes();
        default -> reader.skip();
      }
    }
    return new Entry(type, term, index, data);
  }
}
