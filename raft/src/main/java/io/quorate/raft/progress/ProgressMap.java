package io.quorate.raft.progress;

import io.quorate.raft.confchange.Changer.Change;
import io.quorate.raft.confchange.Configuration;
import io.quorate.raft.message.Unsigned;
import io.quorate.raft.quorum.IdSet;
import java.util.Arrays;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * A {@link Progress} for every node of a configuration, in ascending order of ids. There are few,
 * so that a row of them is searched faster than a tree.
 */
public final class ProgressMap {
  private final int inflightMessageLimit;
  private final long inflightByteLimit;

  private IdSet ids = IdSet.EMPTY;
  private Progress[] progresses = new Progress[0];

  public ProgressMap(int inflightMessageLimit, long inflightByteLimit) {
    this.inflightMessageLimit = inflightMessageLimit;
    this.inflightByteLimit = inflightByteLimit;
  }

  /** Nothing is known of anybody, but for the leader itself, who has all of its own log. */
  public void reset(Configuration configuration, long self, long lastIndex) {
    ids = configuration.nodes();
    progresses = new Progress[ids.size()];
    for (int i = 0; i < progresses.length; i++) {
      long id = ids.get(i);
      progresses[i] =
          new Progress(
              id == self ? lastIndex : 0,
              lastIndex + 1,
              configuration.isLearner(id),
              false,
              inflightMessageLimit,
              inflightByteLimit);
    }
  }

  /** Keeps what is known of those who stay; fresh nodes are met at the end of the log. */
  public void change(Change change, long lastIndex) {
    Configuration configuration = change.configuration();
    IdSet nodes = configuration.nodes();
    Progress[] kept = new Progress[nodes.size()];
    for (int i = 0; i < kept.length; i++) {
      long id = nodes.get(i);
      Progress known = change.fresh().contains(id) ? null : find(id);
      // Counts as active until the first check of the quorum, or it would be unmade at once.
      kept[i] =
          known != null
              ? known
              : new Progress(
                  0,
                  Unsigned.max(lastIndex, 1),
                  false,
                  true,
                  inflightMessageLimit,
                  inflightByteLimit);
      kept[i].setLearner(configuration.isLearner(id));
    }
    ids = nodes;
    progresses = kept;
  }

  public IdSet ids() {
    return ids;
  }

  public int size() {
    return progresses.length;
  }

  /** Of the node at {@code position} of {@link #ids}. */
  public Progress at(int position) {
    return progresses[position];
  }

  public Optional<Progress> get(long id) {
    return Optional.ofNullable(find(id));
  }

  /** 0 for a node that is not here. */
  public long match(long id) {
    Progress progress = find(id);
    return progress == null ? 0 : progress.match();
  }

  private @Nullable Progress find(long id) {
    for (int i = 0; i < progresses.length; i++) {
      if (ids.get(i) == id) {
        return progresses[i];
      }
    }
    return null;
  }

  @Override
  public String toString() {
    return ids + Arrays.toString(Arrays.stream(progresses).map(Progress::view).toArray());
  }
}
