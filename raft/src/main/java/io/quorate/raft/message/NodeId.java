package io.quorate.raft.message;

/** Ids that are no member's: nobody, and the two stand-ins of asynchronous storage writes. */
public final class NodeId {
  /** Nobody: no leader, no vote, a request of our own. */
  public static final long NONE = 0;

  /** The writer of the log, 2^64−1. */
  public static final long APPEND_THREAD = -1;

  /** The applier of committed entries, 2^64−2. */
  public static final long APPLY_THREAD = -2;

  private NodeId() {}

  public static boolean isStorageThread(long id) {
    return id == APPEND_THREAD || id == APPLY_THREAD;
  }
}
