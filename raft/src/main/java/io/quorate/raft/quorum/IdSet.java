package io.quorate.raft.quorum;

import io.quorate.raft.message.Unsigned;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.LongStream;

/** A set of node ids, immutable, in ascending order as unsigned numbers. */
public final class IdSet {
  public static final IdSet EMPTY = new IdSet(new long[0]);

  private final long[] ids;

  private IdSet(long[] ids) {
    this.ids = ids;
  }

  public static IdSet of(long... ids) {
    IdSet set = EMPTY;
    for (long id : ids) {
      set = set.with(id);
    }
    return set;
  }

  public static IdSet copyOf(List<Long> ids) {
    return of(ids.stream().mapToLong(Long::longValue).toArray());
  }

  public int size() {
    return ids.length;
  }

  public boolean isEmpty() {
    return ids.length == 0;
  }

  /** The id at {@code position}, counted from 0 in ascending order. */
  public long get(int position) {
    return ids[position];
  }

  public boolean contains(long id) {
    return find(id) >= 0;
  }

  public IdSet with(long id) {
    int found = find(id);
    if (found >= 0) {
      return this;
    }
    int position = -found - 1;
    long[] more = new long[ids.length + 1];
    System.arraycopy(ids, 0, more, 0, position);
    more[position] = id;
    System.arraycopy(ids, position, more, position + 1, ids.length - position);
    return new IdSet(more);
  }

  public IdSet without(long id) {
    int position = find(id);
    if (position < 0) {
      return this;
    }
    long[] fewer = new long[ids.length - 1];
    System.arraycopy(ids, 0, fewer, 0, position);
    System.arraycopy(ids, position + 1, fewer, position, fewer.length - position);
    return new IdSet(fewer);
  }

  public IdSet union(IdSet other) {
    IdSet union = this;
    for (long id : other.ids) {
      union = union.with(id);
    }
    return union;
  }

  /** How many ids are in just one of the two. */
  public int differenceCount(IdSet other) {
    int common = 0;
    for (long id : ids) {
      if (other.contains(id)) {
        common++;
      }
    }
    return ids.length + other.ids.length - 2 * common;
  }

  public List<Long> toList() {
    return LongStream.of(ids).boxed().toList();
  }

  private int find(long id) {
    int low = 0;
    int high = ids.length - 1;
    while (low <= high) {
      int middle = (low + high) >>> 1;
      int order = Long.compareUnsigned(ids[middle], id);
      if (order == 0) {
        return middle;
      }
      if (order < 0) {
        low = middle + 1;
      } else {
        high = middle - 1;
      }
    }
    return -low - 1;
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof IdSet that && Arrays.equals(ids, that.ids);
  }

  @Override
  public int hashCode() {
    return Arrays.hashCode(ids);
  }

  /** As in etcd's logs: {@code (1 2 3)}. */
  @Override
  public String toString() {
    return LongStream.of(ids).mapToObj(Unsigned::text).collect(Collectors.joining(" ", "(", ")"));
  }
}
