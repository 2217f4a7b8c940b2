package io.quorate.bolt.page;

import static io.quorate.bolt.page.Layout.BRANCH;
import static io.quorate.bolt.page.Layout.ELEMENT_BYTES;
import static io.quorate.bolt.page.Layout.FREELIST;
import static io.quorate.bolt.page.Layout.HEADER_BYTES;
import static io.quorate.bolt.page.Layout.LEAF;
import static io.quorate.bolt.page.Layout.META;
import static io.quorate.bolt.page.Layout.U16;
import static io.quorate.bolt.page.Layout.U32;
import static io.quorate.bolt.page.Layout.U64;

import io.quorate.bolt.BoltException;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * The pages of one committed state, as a view on the mapping of the file. Everything read from a
 * page is checked against the length of the file first: the mapping reaches beyond it, and touching
 * what is not there would be a SIGBUS.
 *
 * <p>A page is named by its offset in the mapping; so is an element, a key, a value. An inline
 * bucket holds a page image inside a value: such a page has an offset and an end, but no id.
 */
public final class Pages {
  private static final ValueLayout.OfLong BIG_ENDIAN =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.BIG_ENDIAN);

  private final MemorySegment bytes;
  private final int pageSize;
  private final long lengthBytes;

  /** Pages below {@code lengthBytes} of {@code bytes} may be read. */
  public Pages(MemorySegment bytes, int pageSize, long lengthBytes) {
    this.bytes = bytes;
    this.pageSize = pageSize;
    this.lengthBytes = Math.min(lengthBytes, bytes.byteSize());
  }

  public MemorySegment bytes() {
    return bytes;
  }

  public int pageSize() {
    return pageSize;
  }

  /** Whether page {@code id} lies within the file. */
  public boolean contains(long id) {
    return id >= 0 && id < lengthBytes / pageSize;
  }

  /**
   * The offset of page {@code id}, whose header and extent have been checked.
   *
   * @throws BoltException.Corrupt if it lies beyond the file, is another page or of no known type
   */
  public long page(long id) {
    if (!contains(id)) {
      throw new BoltException.Corrupt(
          "page "
              + Long.toUnsignedString(id)
              + ": out of bounds: the file has only "
              + lengthBytes / pageSize
              + " pages");
    }
    long at = id * pageSize;
    long found = bytes.get(U64, at);
    if (found != id) {
      throw new BoltException.Corrupt(
          "assertion failed: Page expected to be: "
              + id
              + ", but self identifies as "
              + Long.toUnsignedString(found));
    }
    int flags = flags(at);
    if (flags != LEAF && flags != BRANCH && flags != META && flags != FREELIST) {
      throw new BoltException.Corrupt(
          "assertion failed: page "
              + id
              + ": has unexpected type/flags: "
              + Integer.toHexString(flags));
    }
    if (overflow(at) > lengthBytes / pageSize - id - 1) {
      throw new BoltException.Corrupt(
          "page "
              + id
              + ": out of bounds: it has "
              + overflow(at)
              + " overflow pages, the file has only "
              + lengthBytes / pageSize
              + " pages");
    }
    checkElements(at, end(at));
    return at;
  }

  /**
   * The offset of page {@code id}, which must be a branch or a leaf.
   *
   * @throws BoltException.Corrupt if it is neither
   */
  public long treePage(long id) {
    long at = page(id);
    int flags = flags(at);
    if (flags != LEAF && flags != BRANCH) {
      throw new BoltException.Corrupt("page " + id + ": invalid type: " + Layout.typeName(flags));
    }
    return at;
  }

  /** Checks the page image of an inline bucket that fills {@code [at, end)}. */
  public void checkInline(long at, long end) {
    if (end - at < HEADER_BYTES) {
      throw new BoltException.Corrupt("inline bucket: its page has only " + (end - at) + " bytes");
    }
    if (flags(at) != LEAF) {
      throw new BoltException.Corrupt(
          "inline bucket: its page is no leaf: " + Layout.typeName(flags(at)));
    }
    checkElements(at, end);
  }

  private void checkElements(long at, long end) {
    int flags = flags(at);
    if ((flags == LEAF || flags == BRANCH)
        && HEADER_BYTES + (long) count(at) * ELEMENT_BYTES > end - at) {
      throw new BoltException.Corrupt(
          "page " + bytes.get(U64, at) + ": has no room for its " + count(at) + " elements");
    }
  }

  /** The first byte behind the page at {@code at} and its overflow. */
  public long end(long at) {
    return at + (overflow(at) + 1) * pageSize;
  }

  public int flags(long at) {
    return bytes.get(U16, at + 8) & 0xffff;
  }

  public boolean isLeaf(long at) {
    return flags(at) == LEAF;
  }

  public int count(long at) {
    return bytes.get(U16, at + 10) & 0xffff;
  }

  public long overflow(long at) {
    return Integer.toUnsignedLong(bytes.get(U32, at + 12));
  }

  private static long element(long at, int i) {
    return at + HEADER_BYTES + (long) i * ELEMENT_BYTES;
  }

  public int leafFlags(long at, int i) {
    return bytes.get(U32, element(at, i));
  }

  /** Where the key of leaf element {@code i} starts; key and value lie before {@code end}. */
  public long leafKey(long at, long end, int i) {
    long element = element(at, i);
    long key = element + Integer.toUnsignedLong(bytes.get(U32, element + 4));
    long size =
        Integer.toUnsignedLong(bytes.get(U32, element + 8))
            + Integer.toUnsignedLong(bytes.get(U32, element + 12));
    return within(at, end, i, key, size);
  }

  public int leafKeySize(long at, int i) {
    return bytes.get(U32, element(at, i) + 8);
  }

  public int leafValueSize(long at, int i) {
    return bytes.get(U32, element(at, i) + 12);
  }

  public long branchKey(long at, long end, int i) {
    long element = element(at, i);
    long key = element + Integer.toUnsignedLong(bytes.get(U32, element));
    long size = Integer.toUnsignedLong(bytes.get(U32, element + 4));
    return within(at, end, i, key, size);
  }

  public int branchKeySize(long at, int i) {
    return bytes.get(U32, element(at, i) + 4);
  }

  public long branchChild(long at, int i) {
    return bytes.get(U64, element(at, i) + 8);
  }

  private long within(long at, long end, int i, long start, long size) {
    // Compared as differences: the 32-bit fields of a damaged page cannot overflow a long.
    if (size > end - start) {
      throw new BoltException.Corrupt(
          "page "
              + Long.toUnsignedString(bytes.get(U64, at))
              + ": element "
              + i
              + " lies outside of its page");
    }
    return start;
  }

  /** The first element of leaf {@code at} whose key is ≥ {@code key}; {@code count} if none is. */
  public int searchLeaf(long at, long end, byte[] key) {
    int low = 0;
    int high = count(at);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(leafKey(at, end, middle), leafKeySize(at, middle), key) < 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return low;
  }

  /** The last element of branch {@code at} whose key is ≤ {@code key}; the first if none is. */
  public int searchBranch(long at, long end, byte[] key) {
    int low = 0;
    int high = count(at);
    while (low < high) {
      int middle = (low + high) >>> 1;
      if (compare(branchKey(at, end, middle), branchKeySize(at, middle), key) <= 0) {
        low = middle + 1;
      } else {
        high = middle;
      }
    }
    return Math.max(0, low - 1);
  }

  /** Compares bytes as unsigned, a prefix being smaller: the mapped key on the left. */
  public int compare(long at, int size, byte[] key) {
    int common = Math.min(size, key.length);
    MemorySegment right = MemorySegment.ofArray(key);
    int i = 0;
    for (; i + 8 <= common; i += 8) {
      long a = bytes.get(BIG_ENDIAN, at + i);
      long b = right.get(BIG_ENDIAN, i);
      if (a != b) {
        return Long.compareUnsigned(a, b);
      }
    }
    for (; i < common; i++) {
      int a = bytes.get(ValueLayout.JAVA_BYTE, at + i) & 0xff;
      int b = key[i] & 0xff;
      if (a != b) {
        return a - b;
      }
    }
    return size - key.length;
  }

  /** Compares two mapped keys. */
  public int compare(long leftAt, int leftSize, long rightAt, int rightSize) {
    long mismatch =
        MemorySegment.mismatch(
            bytes, leftAt, leftAt + leftSize, bytes, rightAt, rightAt + rightSize);
    if (mismatch < 0) {
      return 0;
    }
    if (mismatch == leftSize || mismatch == rightSize) {
      return leftSize - rightSize;
    }
    return (bytes.get(ValueLayout.JAVA_BYTE, leftAt + mismatch) & 0xff)
        - (bytes.get(ValueLayout.JAVA_BYTE, rightAt + mismatch) & 0xff);
  }

  /** A copy of {@code size} mapped bytes. */
  public byte[] copy(long at, int size) {
    byte[] copy = new byte[size];
    MemorySegment.copy(bytes, ValueLayout.JAVA_BYTE, at, copy, 0, size);
    return copy;
  }
}
