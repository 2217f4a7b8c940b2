package io.quorate.mvcc;

/** A revision that cannot be read or compacted; ordinary input, worded at the edge. */
public abstract sealed class MvccException extends RuntimeException {
  private final long revision;

  private MvccException(String message, long revision) {
    super(message, null, false, false);
    this.revision = revision;
  }

  /** The revision that was asked for. */
  public long revision() {
    return revision;
  }

  /** It lies below the compacted revision. */
  public static final class Compacted extends MvccException {
    private final long compactedRevision;

    public Compacted(long revision, long compactedRevision) {
      super("mvcc: required revision has been compacted", revision);
      this.compactedRevision = compactedRevision;
    }

    public long compactedRevision() {
      return compactedRevision;
    }
  }

  /** It lies above the current revision. */
  public static final class FutureRevision extends MvccException {
    private final long currentRevision;

    public FutureRevision(long revision, long currentRevision) {
      super("mvcc: required revision is a future revision", revision);
      this.currentRevision = currentRevision;
    }

    public long currentRevision() {
      return currentRevision;
    }
  }
}
