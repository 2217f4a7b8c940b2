package io.quorate.bolt.page;

import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteOrder;

/**
 * Where everything stands in a page (storage.md 1.1 to 1.5). Integers are little-endian, as on all
 * machines that etcd supports but s390x.
 *
 * <pre>
 *  0        8     10    12        16
 *  | id u64 |flags|count|overflow | body …      overflow: further pages that belong to this one
 *
 *  leaf element    | flags u32 | pos u32 | ksize u32 | vsize u32 |   pos counts from the element
 *  branch element  | pos u32 | ksize u32 | child page u64        |
 * </pre>
 */
public final class Layout {
  public static final ValueLayout.OfLong U64 =
      ValueLayout.JAVA_LONG_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfInt U32 =
      ValueLayout.JAVA_INT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);
  public static final ValueLayout.OfShort U16 =
      ValueLayout.JAVA_SHORT_UNALIGNED.withOrder(ByteOrder.LITTLE_ENDIAN);

  public static final int HEADER_BYTES = 16;
  public static final int ELEMENT_BYTES = 16;

  /** Root page id and sequence, at the start of a bucket's value. */
  public static final int BUCKET_HEADER_BYTES = 16;

  public static final int BRANCH = 0x01;
  public static final int LEAF = 0x02;
  public static final int META = 0x04;
  public static final int FREELIST = 0x10;

  /** The flag of a leaf element whose value is a bucket. */
  public static final int BUCKET_ELEMENT = 1;

  /** In meta: the free list is not in the file. */
  public static final long NO_FREELIST = -1;

  private Layout() {}

  public static void writeHeader(
      MemorySegment to, long at, long id, int flags, int count, int overflow) {
    to.set(U64, at, id);
    to.set(U16, at + 8, (short) flags);
    to.set(U16, at + 10, (short) count);
    to.set(U32, at + 12, overflow);
  }

  public static void writeLeafElement(
      MemorySegment to, long at, int flags, int position, int keySize, int valueSize) {
    to.set(U32, at, flags);
    to.set(U32, at + 4, position);
    to.set(U32, at + 8, keySize);
    to.set(U32, at + 12, valueSize);
  }

  public static void writeBranchElement(
      MemorySegment to, long at, int position, int keySize, long child) {
    to.set(U32, at, position);
    to.set(U32, at + 4, keySize);
    to.set(U64, at + 8, child);
  }

  /** bbolt's word for a page's flags. */
  public static String typeName(int flags) {
    return switch (flags) {
      case BRANCH -> "branch";
      case LEAF -> "leaf";
      case META -> "meta";
      case FREELIST -> "freelist";
      default -> "unknown<%02x>".formatted(flags);
    };
  }
}
