package io.quorate.bolt.freelist;

import static io.quorate.bolt.page.Layout.FREELIST;
import static io.quorate.bolt.page.Layout.HEADER_BYTES;
import static io.quorate.bolt.page.Layout.U64;

import io.quorate.bolt.BoltException;
import io.quorate.bolt.page.Layout;
import io.quorate.bolt.page.Pages;
import java.lang.foreign.MemorySegment;

/**
 * The free list in the file: ids, ascending, free and waiting ones alike (storage.md 1.3). With
 * 65,535 or more of them the header says 65,535 and the first number of the body is the count.
 */
public final class FreelistPage {
  private static final int COUNT_ELSEWHERE = 0xFFFF;

  private FreelistPage() {}

  /** The ids that page {@code id} lists, in the order they stand there. */
  public static long[] read(Pages pages, long id) {
    long at = pages.page(id);
    int flags = pages.flags(at);
    if (flags != FREELIST) {
      throw new BoltException.Corrupt(
          "invalid freelist page: " + id + ", page type is " + Layout.typeName(flags));
    }
    MemorySegment bytes = pages.bytes();
    long count = pages.count(at);
    long from = at + HEADER_BYTES;
    if (count == COUNT_ELSEWHERE) {
      count = bytes.get(U64, from);
      from += 8;
    }
    if (count < 0 || count > (pages.end(at) - from) / 8) {
      throw new BoltException.Corrupt(
          "invalid freelist page: "
              + id
              + ", no room for "
              + Long.toUnsignedString(count)
              + " ids");
    }
    long[] ids = new long[(int) count];
    for (int i = 0; i < ids.length; i++) {
      ids[i] = bytes.get(U64, from + i * 8L);
    }
    return ids;
  }

  /** How many pages a list of {@code count} ids is given. */
  public static int pageCount(long count, int pageSize) {
    long bytes = HEADER_BYTES + 8 * count + (count >= COUNT_ELSEWHERE ? 8 : 0);
    return (int) (bytes / pageSize) + 1;
  }

  /**
   * Writes {@code ids} as page {@code id} of {@code pageCount} pages to the start of {@code to}.
   */
  public static void write(MemorySegment to, long id, int pageCount, long[] ids, int count) {
    boolean elsewhere = count >= COUNT_ELSEWHERE;
    Layout.writeHeader(to, 0, id, FREELIST, elsewhere ? COUNT_ELSEWHERE : count, pageCount - 1);
    long at = HEADER_BYTES;
    if (elsewhere) {
      to.set(U64, at, count);
      at += 8;
    }
    for (int i = 0; i < count; i++) {
      to.set(U64, at + i * 8L, ids[i]);
    }
  }
}
