package io.quorate.bolt.freelist;

import java.util.Arrays;

/**
 * The pages that may be written to, as a bit per page: 330 KiB for a file of 10 GiB, whatever state
 * it is in. Allocation is first fit, which keeps a file dense at its front.
 *
 * <p>Departure from bbolt: its two kinds, "array" (first fit) and "hashmap" (exact size first),
 * trade search time for placement; with a bitmap first fit is cheap enough to serve for both.
 *
 * <p>Between two {@link #add}s runs only shrink, so a search never has to look again where a search
 * for as many pages has failed before: {@code from[n]} remembers how far that is.
 */
public final class FreePages {
  /** Runs of up to this many pages have a {@code from} of their own. */
  private static final int REMEMBERED = 64;

  private long[] words = new long[64];
  private long size;

  /** No run of n or more free pages starts below {@code from[n]}. */
  private final long[] from = new long[REMEMBERED + 1];

  /** How many pages are free. */
  public long size() {
    return size;
  }

  public boolean contains(long page) {
    int word = (int) (page >>> 6);
    return word < words.length && (words[word] & 1L << page) != 0;
  }

  /** Adds {@code count} pages from {@code first} on, none of which is free. */
  public void add(long first, long count) {
    long last = first + count - 1;
    if (last >>> 6 >= words.length) {
      words = Arrays.copyOf(words, (int) Math.max((last >>> 6) + 1, words.length * 2L));
    }
    for (long page = first; page <= last; page++) {
      int word = (int) (page >>> 6);
      long bit = 1L << page;
      if ((words[word] & bit) != 0) {
        throw new AssertionError("page " + page + ": already freed");
      }
      words[word] |= bit;
    }
    size += count;
    // A run of n that contains one of these pages starts at most n - 1 pages before the first.
    for (int n = 1; n <= REMEMBERED; n++) {
      from[n] = Math.min(from[n], Math.max(0, first - n + 1));
    }
  }

  /** Takes the first run of {@code count} free pages; -1 if there is none. */
  public long allocate(int count) {
    if (count > size) {
      return -1;
    }
    int remembered = Math.min(count, REMEMBERED);
    long first = search(count, from[remembered]);
    if (count <= REMEMBERED) {
      from[count] = first < 0 ? words.length * 64L : first;
    }
    if (first >= 0) {
      for (long page = first; page < first + count; page++) {
        words[(int) (page >>> 6)] &= ~(1L << page);
      }
      size -= count;
    }
    return first;
  }

  private long search(int count, long start) {
    long runStart = 0;
    long run = 0; // free pages up to the end of the word before
    for (int i = (int) (start >>> 6); i < words.length; i++) {
      long word = words[i];
      if (i == start >>> 6) {
        word &= -1L << start; // shifts by start mod 64
      }
      long base = i * 64L;
      if (word == 0) {
        run = 0;
        continue;
      }
      int low = Long.numberOfTrailingZeros(~word);
      if (run == 0) {
        runStart = base;
      }
      if (run + low >= count) {
        return runStart;
      }
      if (low == 64) {
        run += 64;
        continue;
      }
      if (count == 1) {
        return base + Long.numberOfTrailingZeros(word);
      }
      long found = count < 64 && (word & word >>> 1) != 0 ? within(word, count) : -1;
      if (found >= 0) {
        return base + found;
      }
      run = Long.numberOfLeadingZeros(~word);
      runStart = base + 64 - run;
    }
    return -1;
  }

  /** The first bit of the first run of {@code count} ones in {@code word}; -1 if there is none. */
  private static long within(long word, int count) {
    long starts = word;
    // After a step of k, a one marks the start of a run of have + k ones.
    for (int have = 1; have < count && starts != 0; ) {
      int step = Math.min(have, count - have);
      starts &= starts >>> step;
      have += step;
    }
    return starts == 0 ? -1 : Long.numberOfTrailingZeros(starts);
  }

  /** Writes all free page ids in ascending order to {@code ids}, from {@code at} on. */
  public int copyTo(long[] ids, int at) {
    int next = at;
    for (int i = 0; i < words.length; i++) {
      for (long word = words[i]; word != 0; word &= word - 1) {
        ids[next++] = i * 64L + Long.numberOfTrailingZeros(word);
      }
    }
    return next;
  }
}
