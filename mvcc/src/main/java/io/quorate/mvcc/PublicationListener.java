package io.quorate.mvcc;

import java.util.List;

/** Is told what readers can see from now on. Apply thread; must not block. */
public interface PublicationListener {
  /**
   * A new view is there.
   *
   * @param changes all changes since the last one, in order; whole revisions only
   */
  void published(List<Change> changes, long revision);

  /** The store was replaced by a snapshot of the leader, now at {@code revision}. */
  void reloaded(long revision);
}
