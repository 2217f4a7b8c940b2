package io.quorate.mvcc;

/**
 * How a range is read (spec/api.md 7.3). Bounds of 0 are no bounds; all are inclusive.
 *
 * @param revision ≤ 0 reads the current one
 * @param limit ≤ 0 is no limit
 */
public record RangeOptions(
    long revision,
    long limit,
    boolean keysOnly,
    boolean countOnly,
    SortOrder order,
    SortTarget target,
    long minModRevision,
    long maxModRevision,
    long minCreateRevision,
    long maxCreateRevision) {
  /** Everything at the current revision, in key order. */
  public static final RangeOptions DEFAULT = at(0);

  /** The numbers are those of the request message. */
  public enum SortOrder {
    NONE,
    ASCEND,
    DESCEND
  }

  public enum SortTarget {
    KEY,
    VERSION,
    CREATE,
    MOD,
    VALUE
  }

  public static RangeOptions at(long revision) {
    return new RangeOptions(revision, 0, false, false, SortOrder.NONE, SortTarget.KEY, 0, 0, 0, 0);
  }

  public RangeOptions withLimit(long newLimit) {
    return new RangeOptions(
        revision,
        newLimit,
        keysOnly,
        countOnly,
        order,
        target,
        minModRevision,
        maxModRevision,
        minCreateRevision,
        maxCreateRevision);
  }

  boolean hasFilter() {
    return minModRevision != 0
        || maxModRevision != 0
        || minCreateRevision != 0
        || maxCreateRevision != 0;
  }
}
