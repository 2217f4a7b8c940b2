package io.quorate.rpc.hpack;

import java.util.Arrays;

/**
 * Writes header blocks. Headers that repeat enter the table, secrets never do (RFC 7541 §7.1.3),
 * nor does what differs each time.
 */
public final class HpackEncoder {
  /** What is done with a header that is in no table. */
  public enum Indexing {
    /** It will come again. */
    ADD,
    /** It is different each time. */
    SKIP,
    /** No intermediary may put it into a table either. */
    NEVER
  }

  private final int ownTableBytes;
  private final boolean huffman;
  private final DynamicTable table;
  private int smallestUpdate = -1;
  private int lastUpdate;
  private byte[] out = new byte[512];
  private int length;

  /**
   * @param tableBytes most that our end spends on the table; the peer's setting may lower it
   */
  public HpackEncoder(int tableBytes) {
    this(tableBytes, true);
  }

  HpackEncoder(int tableBytes, boolean huffman) {
    this.ownTableBytes = tableBytes;
    this.huffman = huffman;
    this.table = new DynamicTable(tableBytes);
  }

  /** The peer's SETTINGS_HEADER_TABLE_SIZE. */
  public void peerTableSize(int bytes) {
    int capacity = Math.min(bytes, ownTableBytes);
    if (capacity == table.capacity()) {
      return;
    }
    smallestUpdate = smallestUpdate < 0 ? capacity : Math.min(smallestUpdate, capacity);
    lastUpdate = capacity;
    table.capacity(capacity);
  }

  /** Starts a block. */
  public void begin() {
    length = 0;
    if (smallestUpdate >= 0) {
      if (smallestUpdate < lastUpdate) {
        integer(0x20, 5, smallestUpdate);
      }
      integer(0x20, 5, lastUpdate);
      smallestUpdate = -1;
    }
  }

  public void header(String name, String value) {
    header(name, value, Indexing.ADD);
  }

  /** Adds a header; {@code name} in lower case, one char per byte. */
  public void header(String name, String value, Indexing indexing) {
    int named = StaticTable.find(name);
    int whole = StaticTable.find(named, name, value);
    if (whole == 0) {
      for (int i = 0; i < table.length(); i++) {
        if (table.name(i).equals(name)) {
          if (table.value(i).equals(value)) {
            whole = StaticTable.LENGTH + 1 + i;
            break;
          }
          named = named == 0 ? StaticTable.LENGTH + 1 + i : named;
        }
      }
    }
    if (whole != 0 && indexing != Indexing.NEVER) {
      integer(0x80, 7, whole);
      return;
    }
    if (indexing == Indexing.ADD) {
      integer(0x40, 6, named);
    } else {
      integer(indexing == Indexing.NEVER ? 0x10 : 0x00, 4, named);
    }
    if (named == 0) {
      string(name);
    }
    string(value);
    if (indexing == Indexing.ADD) {
      table.add(name, value);
    }
  }

  /** The block's bytes are {@code buffer()[0..length())}, until the next {@link #begin}. */
  public byte[] buffer() {
    return out;
  }

  public int length() {
    return length;
  }

  private void integer(int flags, int bits, int value) {
    reserve(6);
    int mask = (1 << bits) - 1;
    if (value < mask) {
      out[length++] = (byte) (flags | value);
      return;
    }
    out[length++] = (byte) (flags | mask);
    int rest = value - mask;
    while (rest >= 0x80) {
      out[length++] = (byte) (rest | 0x80);
      rest >>>= 7;
    }
    out[length++] = (byte) rest;
  }

  private void string(String text) {
    int compressed = huffman ? Huffman.encodedLength(text) : Integer.MAX_VALUE;
    if (compressed <= text.length() && compressed > 0) {
      integer(0x80, 7, compressed);
      reserve(compressed);
      length = Huffman.encode(text, out, length);
    } else {
      integer(0, 7, text.length());
      reserve(text.length());
      for (int i = 0; i < text.length(); i++) {
        out[length++] = (byte) text.charAt(i);
      }
    }
  }

  private void reserve(int bytes) {
    if (out.length - length < bytes) {
      out = Arrays.copyOf(out, Math.max(2 * out.length, length + bytes));
    }
  }
}
