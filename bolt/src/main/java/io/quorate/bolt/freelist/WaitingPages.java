package io.quorate.bolt.freelist;

import java.util.Arrays;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;

/**
 * Pages that the current state does without and an older state, still being read, does not.
 *
 * <p>A page that transaction A wrote and transaction F freed is part of the states A … F − 1. It
 * waits for the oldest reader of one of these; when that one is gone, for the next; and is free
 * when there is none (storage.md 1.12). Since a page is looked at only when the reader it waits for
 * has gone, one reader that stays for hours costs the others nothing.
 */
public final class WaitingPages {
  /** Runs of pages: first, count, written by, freed by. */
  private static final int FIELDS = 4;

  private static final class Runs {
    private long[] fields = new long[16 * FIELDS];
    private int used;

    void add(long first, long count, long writtenBy, long freedBy) {
      if (used == fields.length) {
        fields = Arrays.copyOf(fields, used * 2);
      }
      fields[used] = first;
      fields[used + 1] = count;
      fields[used + 2] = writtenBy;
      fields[used + 3] = freedBy;
      used += FIELDS;
    }
  }

  private final TreeMap<Long, Runs> byReader = new TreeMap<>();

  /** Freed by the last commit, not looked at yet. */
  private Runs fresh = new Runs();

  private long pages;

  /** How many pages wait. */
  public long size() {
    return pages;
  }

  /** {@code count} pages from {@code first} on, in the states {@code writtenBy … freedBy − 1}. */
  public void add(long first, long count, long writtenBy, long freedBy) {
    fresh.add(first, count, writtenBy, freedBy);
    pages += count;
  }

  /**
   * Moves to {@code free} what no reader sees any more.
   *
   * @param readers the states being read, ascending; the current state may be left out
   */
  public void release(long[] readers, FreePages free) {
    Runs arrived = fresh;
    if (arrived.used > 0) {
      fresh = new Runs();
      place(arrived, readers, free);
    }
    Runs orphans = new Runs();
    for (Iterator<Map.Entry<Long, Runs>> i = byReader.entrySet().iterator(); i.hasNext(); ) {
      Map.Entry<Long, Runs> entry = i.next();
      if (Arrays.binarySearch(readers, entry.getKey()) < 0) {
        Runs runs = entry.getValue(); // before remove(), which may give the entry another value
        i.remove();
        for (int at = 0; at < runs.used; at += FIELDS) {
          orphans.add(
              runs.fields[at], runs.fields[at + 1], runs.fields[at + 2], runs.fields[at + 3]);
        }
      }
    }
    place(orphans, readers, free);
  }

  private void place(Runs runs, long[] readers, FreePages free) {
    for (int at = 0; at < runs.used; at += FIELDS) {
      long first = runs.fields[at];
      long count = runs.fields[at + 1];
      long writtenBy = runs.fields[at + 2];
      long freedBy = runs.fields[at + 3];
      int found = Arrays.binarySearch(readers, writtenBy);
      int oldest = found >= 0 ? found : -found - 1;
      if (oldest < readers.length && readers[oldest] < freedBy) {
        byReader
            .computeIfAbsent(readers[oldest], _ -> new Runs())
            .add(first, count, writtenBy, freedBy);
      } else {
        free.add(first, count);
        pages -= count;
      }
    }
  }

  /** Writes the ids of all waiting pages, in no order, to {@code ids}, from {@code at} on. */
  public int copyTo(long[] ids, int at) {
    int next = copy(fresh, ids, at);
    for (Runs runs : byReader.values()) {
      next = copy(runs, ids, next);
    }
    return next;
  }

  private static int copy(Runs runs, long[] ids, int at) {
    int next = at;
    for (int i = 0; i < runs.used; i += FIELDS) {
      for (long k = 0; k < runs.fields[i + 1]; k++) {
        ids[next++] = runs.fields[i] + k;
      }
    }
    return next;
  }
}
