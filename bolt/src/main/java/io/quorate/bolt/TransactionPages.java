package io.quorate.bolt;

import io.quorate.bolt.tree.Node;
import io.quorate.bolt.tree.PageStore;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The pages that a write transaction takes, gives up and is going to write. */
final class TransactionPages implements PageStore {
  private final BoltFile bolt;
  private final long transaction;
  private long highWaterMark;
  private final List<PageWriter.Staged> staged = new ArrayList<>();

  /** Runs taken from the free pages: first, count, … */
  private long[] taken = new long[64];

  private int takenUsed;

  /** Runs given up: first, count, … */
  private long[] freed = new long[64];

  private int freedUsed;
  private long freedCount;

  TransactionPages(BoltFile bolt, long highWaterMark, long transaction) {
    this.bolt = bolt;
    this.highWaterMark = highWaterMark;
    this.transaction = transaction;
  }

  /** The first page id that no transaction ever took. */
  long highWaterMark() {
    return highWaterMark;
  }

  List<PageWriter.Staged> staged() {
    return staged;
  }

  /** How many pages are given up. */
  long freedCount() {
    return freedCount;
  }

  @Override
  public long allocate(int count) {
    long first = bolt.free().allocate(count);
    if (first < 0) {
      first = highWaterMark;
      highWaterMark += count;
      return first;
    }
    taken = append(taken, takenUsed, first, count);
    takenUsed += 2;
    return first;
  }

  @Override
  public void free(long first, long count) {
    freed = append(freed, freedUsed, first, count);
    freedUsed += 2;
    freedCount += count;
  }

  private static long[] append(long[] runs, int at, long first, long count) {
    long[] result = at == runs.length ? Arrays.copyOf(runs, at * 2) : runs;
    result[at] = first;
    result[at + 1] = count;
    return result;
  }

  @Override
  public void stage(Node node, int from, int to, long page, int count) {
    staged.add(new PageWriter.Staged(node, from, to, page, count));
  }

  /** The commit stands: what was given up waits for the readers of older states. */
  void settle() {
    for (int i = 0; i < freedUsed; i += 2) {
      bolt.waiting().add(freed[i], freed[i + 1], bolt.writtenBy().get(freed[i]), transaction);
    }
    for (PageWriter.Staged page : staged) {
      bolt.writtenBy().set(page.page(), transaction);
    }
  }

  /** The commit does not take place: what was taken is free again. */
  void undo() {
    for (int i = 0; i < takenUsed; i += 2) {
      bolt.free().add(taken[i], taken[i + 1]);
    }
  }

  /** Every id that the list of free pages must name after this commit, ascending. */
  long[] listed() {
    long[] ids = new long[(int) (bolt.free().size() + bolt.waiting().size() + freedCount)];
    int next = bolt.waiting().copyTo(ids, bolt.free().copyTo(ids, 0));
    for (int i = 0; i < freedUsed; i += 2) {
      for (long k = 0; k < freed[i + 1]; k++) {
        ids[next++] = freed[i] + k;
      }
    }
    Arrays.sort(ids);
    return ids;
  }
}
