package io.quorate.raft.log;

import io.quorate.raft.event.LogEvent;
import io.quorate.raft.event.RaftObserver;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Snapshot;
import io.quorate.raft.message.Unsigned;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import org.jspecify.annotations.Nullable;

/**
 * The part of the log that is not known to be durable: perhaps a snapshot that replaces all of
 * storage, and the entries from {@code offset} on, which may overwrite what storage holds there.
 *
 * <pre>
 *   snapshot?  entries
 *              offset ………… offsetInProgress ………… end
 *              │ being written │ to be written next │
 * </pre>
 *
 * A write is acknowledged by index and term. While it was under way, its entries may have been
 * replaced by others of a later term: then the acknowledgement counts for nothing, since it speaks
 * of entries that are gone.
 */
final class Unstable {
  private final RaftObserver observer;

  private @Nullable Snapshot snapshot;
  private boolean snapshotInProgress;
  private final ArrayList<Entry> entries = new ArrayList<>();
  private long offset;
  private long offsetInProgress;

  Unstable(long offset, RaftObserver observer) {
    this.offset = offset;
    this.offsetInProgress = offset;
    this.observer = observer;
  }

  long offset() {
    return offset;
  }

  long offsetInProgress() {
    return offsetInProgress;
  }

  /** One behind the last entry. */
  long end() {
    return offset + entries.size();
  }

  int count() {
    return entries.size();
  }

  boolean isEmpty() {
    return entries.isEmpty();
  }

  Optional<Snapshot> snapshot() {
    return Optional.ofNullable(snapshot);
  }

  boolean hasSnapshot() {
    return snapshot != null;
  }

  /** The snapshot, unless it is being written. */
  Optional<Snapshot> nextSnapshot() {
    return snapshotInProgress ? Optional.empty() : Optional.ofNullable(snapshot);
  }

  boolean hasNextEntries() {
    return offsetInProgress != end();
  }

  /** The entries that are not being written. */
  List<Entry> nextEntries() {
    return List.copyOf(entries.subList((int) (offsetInProgress - offset), entries.size()));
  }

  /** All that there is now is being written. */
  void handOut() {
    offsetInProgress = end();
    snapshotInProgress = snapshot != null;
  }

  /** The term at {@code index}, if this part of the log knows it. */
  OptionalLong term(long index) {
    if (Unsigned.less(index, offset)) {
      return snapshot != null && snapshot.index() == index
          ? OptionalLong.of(snapshot.term())
          : OptionalLong.empty();
    }
    return Unsigned.less(index, end())
        ? OptionalLong.of(entries.get((int) (index - offset)).term())
        : OptionalLong.empty();
  }

  /** The entries in {@code [low, highExclusive)}: a view. */
  List<Entry> view(long low, long highExclusive) {
    return entries.subList((int) (low - offset), (int) (highExclusive - offset));
  }

  void append(List<Entry> newer) {
    long first = newer.getFirst().index();
    if (first == end()) {
      entries.addAll(newer);
      return;
    }
    if (Unsigned.atMost(first, offset)) {
      observer.observe(new LogEvent.UnstableReplaced(first));
      entries.clear();
      offset = first;
      offsetInProgress = first;
    } else {
      observer.observe(new LogEvent.UnstableTruncated(first));
      entries.subList((int) (first - offset), entries.size()).clear();
      // What is being written from there on is not what we want any more.
      offsetInProgress = Unsigned.min(offsetInProgress, first);
    }
    entries.addAll(newer);
  }

  /** Everything up to {@code written} is durable, if it is still what we have. */
  void stableTo(EntryId written) {
    OptionalLong term = term(written.index());
    if (term.isEmpty()) {
      observer.observe(new LogEvent.WriteOfMissing(written.index()));
      return;
    }
    if (Unsigned.less(written.index(), offset)) {
      observer.observe(new LogEvent.WriteOfSnapshot(written.index()));
      return;
    }
    if (term.getAsLong() != written.term()) {
      observer.observe(
          new LogEvent.WriteMismatched(written, new EntryId(term.getAsLong(), written.index())));
      return;
    }
    entries.subList(0, (int) (written.index() + 1 - offset)).clear();
    offset = written.index() + 1;
    offsetInProgress = Unsigned.max(offsetInProgress, offset);
  }

  /** The snapshot at {@code index} is durable, if it is still what we have. */
  void stableSnapshotTo(long index) {
    if (snapshot != null && snapshot.index() == index) {
      snapshot = null;
      snapshotInProgress = false;
    }
  }

  /** Begins anew behind {@code newer}. */
  void restore(Snapshot newer) {
    entries.clear();
    offset = newer.index() + 1;
    offsetInProgress = offset;
    snapshot = newer;
    snapshotInProgress = false;
  }
}
