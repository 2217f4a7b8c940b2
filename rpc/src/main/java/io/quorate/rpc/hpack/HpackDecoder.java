package io.quorate.rpc.hpack;

import java.nio.charset.StandardCharsets;

/**
 * Reads header blocks (RFC 7541 §6). Every block must pass through here, wanted or not: the table
 * is shared by all of a connection.
 */
public final class HpackDecoder {
  private final int maxTableBytes;
  private final int maxListBytes;
  private final DynamicTable table;
  private byte[] block = new byte[0];
  private int position;
  private int end;

  /**
   * @param maxTableBytes what we announced as SETTINGS_HEADER_TABLE_SIZE
   * @param maxListBytes largest list, counted as RFC 9113 §6.5.2 does (32 bytes for each header);
   *     what lies beyond is decoded but not delivered
   */
  public HpackDecoder(int maxTableBytes, int maxListBytes) {
    this.maxTableBytes = maxTableBytes;
    this.maxListBytes = maxListBytes;
    this.table = new DynamicTable(maxTableBytes);
  }

  /**
   * Decodes one whole block.
   *
   * @return whether all of it was within the list limit
   * @throws HpackException if it is malformed; the connection cannot go on
   */
  public boolean decode(byte[] bytes, int offset, int length, HeaderSink sink) {
    block = bytes;
    position = offset;
    end = offset + length;
    boolean first = true;
    long listBytes = 0;
    while (position < end) {
      int b = block[position] & 0xff;
      if ((b & 0xe0) == 0x20) {
        if (!first) {
          throw new HpackException("a table size update behind a header");
        }
        int capacity = integer(5);
        if (capacity > maxTableBytes) {
          throw new HpackException("table size " + capacity + " above " + maxTableBytes);
        }
        table.capacity(capacity);
        continue;
      }
      first = false;
      String name;
      String value;
      if ((b & 0x80) != 0) {
        int index = integer(7);
        name = name(index);
        value = index <= StaticTable.LENGTH ? StaticTable.value(index) : dynamicValue(index);
      } else {
        boolean indexed = (b & 0x40) != 0;
        int index = integer(indexed ? 6 : 4);
        name = index == 0 ? string() : name(index);
        value = string();
        if (indexed) {
          table.add(name, value);
        }
      }
      listBytes += name.length() + value.length() + DynamicTable.OVERHEAD_BYTES;
      if (listBytes <= maxListBytes) {
        sink.header(name, value);
      }
    }
    return listBytes <= maxListBytes;
  }

  private String name(int index) {
    if (index == 0) {
      throw new HpackException("index 0");
    }
    return index <= StaticTable.LENGTH ? StaticTable.name(index) : table.name(dynamic(index));
  }

  private String dynamicValue(int index) {
    return table.value(dynamic(index));
  }

  private int dynamic(int index) {
    int i = index - StaticTable.LENGTH - 1;
    if (i >= table.length()) {
      throw new HpackException("index " + index + " beyond the table");
    }
    return i;
  }

  /** An integer with a prefix of {@code bits} bits (§5.1); at most 2^28 beyond it. */
  private int integer(int bits) {
    int mask = (1 << bits) - 1;
    int value = next() & mask;
    if (value < mask) {
      return value;
    }
    int shift = 0;
    while (true) {
      int b = next();
      if (shift > 21) {
        throw new HpackException("an integer of more than four bytes");
      }
      value += (b & 0x7f) << shift;
      shift += 7;
      if ((b & 0x80) == 0) {
        return value;
      }
    }
  }

  private int next() {
    if (position >= end) {
      throw new HpackException("a header block ends within a header");
    }
    return block[position++] & 0xff;
  }

  private String string() {
    if (position >= end) {
      throw new HpackException("a header block ends within a header");
    }
    boolean huffman = (block[position] & 0x80) != 0;
    int length = integer(7);
    if (length > end - position) {
      throw new HpackException("a string longer than its header block");
    }
    int start = position;
    position += length;
    return huffman
        ? Huffman.decode(block, start, length)
        : new String(block, start, length, StandardCharsets.ISO_8859_1);
  }

  /** Bytes in the dynamic table now. */
  int tableBytes() {
    return table.size();
  }
}
