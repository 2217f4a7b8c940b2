package io.quorate.raft.log;

import io.quorate.raft.codec.EntryCodec;
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
import java.util.function.Predicate;

/**
 * The log of one node: the stable part in {@link Storage}, the rest in {@link Unstable}.
 *
 * <pre>
 *   firstIndex   applied    applying     committed     offset      lastIndex
 *   ─────┼──────────┼──────────┼────────────┼────────────┼────────────┼
 *        storage ……………………………………………………………………………………│ unstable …………
 * </pre>
 *
 * {@code applied ≤ applying ≤ committed ≤ lastIndex}. A commit index may run into the unstable
 * part: what a quorum has, we need not have written.
 *
 * <p>{@link #term} answers for {@code [firstIndex - 1, lastIndex]} and is empty elsewhere: there
 * the log is compacted, or not yet written.
 */
public final class RaftLog {
  private final Storage storage;
  private final Unstable unstable;
  private final ApplyBudget budget;
  private final RaftObserver observer;

  private long committed;
  private long applying;
  private long applied;

  /**
   * Nothing beyond the start of storage counts as committed or applied yet.
   *
   * @param applyLimitBytes encoded bytes that may be handed out for applying and unacknowledged
   */
  public RaftLog(Storage storage, long applyLimitBytes, RaftObserver observer) {
    this.storage = storage;
    this.unstable = new Unstable(storage.lastIndex() + 1, observer);
    this.budget = new ApplyBudget(applyLimitBytes);
    this.observer = observer;
    this.committed = storage.firstIndex() - 1;
    this.applying = committed;
    this.applied = committed;
  }

  public long committed() {
    return committed;
  }

  public long applied() {
    return applied;
  }

  public long firstIndex() {
    return unstable.hasSnapshot()
        ? unstable.snapshot().orElseThrow().index() + 1
        : storage.firstIndex();
  }

  public long lastIndex() {
    if (!unstable.isEmpty()) {
      return unstable.end() - 1;
    }
    return unstable.hasSnapshot() ? unstable.snapshot().orElseThrow().index() : storage.lastIndex();
  }

  public OptionalLong term(long index) {
    OptionalLong known = unstable.term(index);
    if (known.isPresent()) {
      return known;
    }
    if (Unsigned.less(index + 1, firstIndex()) || Unsigned.less(lastIndex(), index)) {
      return OptionalLong.empty();
    }
    try {
      return OptionalLong.of(storage.term(index));
    } catch (StorageException.Compacted | StorageException.Unavailable e) {
      return OptionalLong.empty();
    }
  }

  public EntryId last() {
    long index = lastIndex();
    long term =
        term(index)
            .orElseThrow(() ->
                new AssertionError(
                    "unexpected error when getting the last term at " + Unsigned.text(index)));
    return new EntryId(term, index);
  }

  public boolean contains(EntryId id) {
    OptionalLong term = term(id.index());
    return term.isPresent() && term.getAsLong() == id.term();
  }

  /** Whether a log that ends with {@code theirs} may lead us (thesis §3.6.1). */
  public boolean isUpToDate(EntryId theirs) {
    EntryId ours = last();
    return theirs.term() == ours.term()
        ? Unsigned.atMost(ours.index(), theirs.index())
        : Unsigned.less(ours.term(), theirs.term());
  }

  /**
   * Where another log, whose entry at {@code index} has {@code term}, may agree with this one: the
   * last entry at or below {@code index} with at most that term. Skips whole terms instead of going
   * back entry by entry (beyond thesis §3.5).
   *
   * @return with term 0 where ours is not known
   */
  public EntryId findConflictByTerm(long index, long term) {
    for (long i = index; i != 0; i--) {
      OptionalLong ours = term(i);
      if (ours.isEmpty()) {
        return new EntryId(0, i);
      }
      if (Unsigned.atMost(ours.getAsLong(), term)) {
        return new EntryId(ours.getAsLong(), i);
      }
    }
    return EntryId.NONE;
  }

  /** The leader's entries, at the end. Returns the new last index. */
  public long append(List<Entry> entries) {
    if (entries.isEmpty()) {
      return lastIndex();
    }
    long after = entries.getFirst().index() - 1;
    if (Unsigned.less(after, committed)) {
      throw new AssertionError(
          "after("
              + Unsigned.text(after)
              + ") is out of range [committed("
              + Unsigned.text(committed)
              + ")]");
    }
    unstable.append(entries);
    return lastIndex();
  }

  /**
   * A follower's share of AppendEntries: if we have {@code previous}, takes over the entries behind
   * it that we do not have, and commits as far as they reach.
   *
   * @return the index of the last of them; empty if we do not have {@code previous}
   */
  public OptionalLong tryAppend(EntryId previous, List<Entry> entries, long leaderCommit) {
    if (!contains(previous)) {
      return OptionalLong.empty();
    }
    long last = previous.index() + entries.size();
    // Entries that we have are left alone: the message may be old, and what follows them ours.
    int missing = 0;
    while (missing < entries.size() && contains(EntryId.of(entries.get(missing)))) {
      missing++;
    }
    if (missing < entries.size()) {
      takeOver(entries.subList(missing, entries.size()));
    }
    commitTo(Unsigned.min(leaderCommit, last));
    return OptionalLong.of(last);
  }

  private void takeOver(List<Entry> entries) {
    Entry first = entries.getFirst();
    if (Unsigned.atMost(first.index(), lastIndex())) {
      observer.observe(
          new LogEvent.ConflictFound(first.index(), term(first.index()).orElse(0), first.term()));
    }
    if (Unsigned.atMost(first.index(), committed)) {
      throw new AssertionError(
          "entry "
              + Unsigned.text(first.index())
              + " conflict with committed entry [committed("
              + Unsigned.text(committed)
              + ")]");
    }
    append(entries);
  }

  /** Never goes back. */
  public void commitTo(long index) {
    if (Unsigned.atMost(index, committed)) {
      return;
    }
    if (Unsigned.less(lastIndex(), index)) {
      throw new AssertionError(
          "tocommit("
              + Unsigned.text(index)
              + ") is out of range [lastIndex("
              + Unsigned.text(lastIndex())
              + ")]. Was the raft log corrupted, truncated, or lost?");
    }
    committed = index;
  }

  /** All entries from {@code low} on that fit. Empty behind the end. */
  public List<Entry> entries(long low, long maxBytes) {
    return Unsigned.less(lastIndex(), low) ? List.of() : slice(low, lastIndex() + 1, maxBytes);
  }

  /**
   * Whether any of {@code (applied, committed]} satisfies {@code test}; reads as much at a time as
   * may be applied at a time.
   */
  public boolean anyUnapplied(Predicate<Entry> test) {
    long low = applied + 1;
    while (Unsigned.atMost(low, committed)) {
      List<Entry> page;
      try {
        page = slice(low, committed + 1, budget.limitBytes());
      } catch (StorageException e) {
        throw new AssertionError(
            "unexpected error when getting unapplied entries (" + e.getMessage() + ")", e);
      }
      if (page.stream().anyMatch(test)) {
        return true;
      }
      low += page.size();
    }
    return false;
  }

  /**
   * The entries in {@code [low, highExclusive)} that fit into {@code maxBytes}, at least one.
   *
   * @throws StorageException.Compacted if they are gone
   */
  private List<Entry> slice(long low, long highExclusive, long maxBytes) {
    checkBounds(low, highExclusive);
    if (low == highExclusive) {
      return List.of();
    }
    if (Unsigned.atMost(unstable.offset(), low)) {
      return List.copyOf(SizeLimit.prefix(unstable.view(low, highExclusive), maxBytes));
    }
    long stableEnd = Unsigned.min(highExclusive, unstable.offset());
    List<Entry> stable = readStable(low, stableEnd, maxBytes);
    if (stableEnd == highExclusive || stable.size() < stableEnd - low) {
      return stable;
    }
    long size = EntryCodec.encodedSize(stable);
    if (size >= maxBytes) {
      return stable;
    }
    List<Entry> more =
        SizeLimit.prefix(unstable.view(unstable.offset(), highExclusive), maxBytes - size);
    // The one entry that always passes has been passed by storage.
    if (more.size() == 1 && size + EntryCodec.encodedSize(more) > maxBytes) {
      return stable;
    }
    List<Entry> both = new ArrayList<>(stable.size() + more.size());
    both.addAll(stable);
    both.addAll(more);
    return List.copyOf(both);
  }

  private List<Entry> readStable(long low, long highExclusive, long maxBytes) {
    try {
      return storage.entries(low, highExclusive, maxBytes);
    } catch (StorageException.Unavailable e) {
      throw new AssertionError(
          "entries["
              + Unsigned.text(low)
              + ":"
              + Unsigned.text(highExclusive)
              + ") is unavailable from storage",
          e);
    }
  }

  private void checkBounds(long low, long highExclusive) {
    if (Unsigned.less(low, firstIndex())) {
      throw new StorageException.Compacted();
    }
    if (Unsigned.less(highExclusive, low) || Unsigned.less(lastIndex() + 1, highExclusive)) {
      throw new AssertionError(
          "slice["
              + Unsigned.text(low)
              + ","
              + Unsigned.text(highExclusive)
              + ") out of bound ["
              + Unsigned.text(firstIndex())
              + ","
              + Unsigned.text(lastIndex())
              + "]");
    }
  }

  /**
   * Whether there is anything to hand out for applying.
   *
   * @param allowUnstable whether entries count that are committed but not known to be durable here
   */
  public boolean hasNextCommitted(boolean allowUnstable) {
    // What a snapshot replaces must not be applied before it, nor what follows it.
    return !budget.isPaused()
        && !unstable.hasSnapshot()
        && Unsigned.less(applying, maxAppliable(allowUnstable));
  }

  /** What to apply next, within the budget; {@link #acceptApplying} counts it as handed out. */
  public List<Entry> nextCommitted(boolean allowUnstable) {
    if (!hasNextCommitted(allowUnstable)) {
      return List.of();
    }
    try {
      return slice(applying + 1, maxAppliable(allowUnstable) + 1, budget.remainingBytes());
    } catch (StorageException e) {
      throw new AssertionError(
          "unexpected error when getting unapplied entries (" + e.getMessage() + ")", e);
    }
  }

  /** Entries up to {@code index}, of {@code bytes} when encoded, have been handed out. */
  public void acceptApplying(long index, long bytes, boolean allowUnstable) {
    if (Unsigned.less(committed, index) || Unsigned.less(index, applying)) {
      throw new AssertionError(
          "applying("
              + Unsigned.text(index)
              + ") is out of range [prevApplying("
              + Unsigned.text(applying)
              + "), committed("
              + Unsigned.text(committed)
              + ")]");
    }
    applying = index;
    budget.take(bytes, Unsigned.less(index, maxAppliable(allowUnstable)));
  }

  /** Everything up to {@code index} is applied; {@code bytes} of budget come back. */
  public void appliedTo(long index, long bytes) {
    if (Unsigned.less(committed, index) || Unsigned.less(index, applied)) {
      throw new AssertionError(
          "applied("
              + Unsigned.text(index)
              + ") is out of range [prevApplied("
              + Unsigned.text(applied)
              + "), committed("
              + Unsigned.text(committed)
              + ")]");
    }
    applied = index;
    applying = Unsigned.max(applying, index);
    budget.give(bytes);
  }

  private long maxAppliable(boolean allowUnstable) {
    return allowUnstable ? committed : Unsigned.min(committed, unstable.offset() - 1);
  }

  /** Whether any entries are not known to be durable. */
  public boolean hasUnstableEntries() {
    return !unstable.isEmpty();
  }

  /** Whether there are entries to write. */
  public boolean hasNextUnstable() {
    return unstable.hasNextEntries();
  }

  /** Entries to write. */
  public List<Entry> nextUnstable() {
    return unstable.nextEntries();
  }

  /** Whether a snapshot is not known to be durable. */
  public boolean hasUnstableSnapshot() {
    return unstable.hasSnapshot();
  }

  /** A snapshot to write. */
  public Optional<Snapshot> nextUnstableSnapshot() {
    return unstable.nextSnapshot();
  }

  /** All that was to be written is being written. */
  public void acceptUnstable() {
    unstable.handOut();
  }

  public void stableTo(EntryId written) {
    unstable.stableTo(written);
  }

  public void stableSnapshotTo(long index) {
    unstable.stableSnapshotTo(index);
  }

  /**
   * The newest snapshot.
   *
   * @throws StorageException.SnapshotTemporarilyUnavailable if it is not ready
   */
  public Snapshot snapshot() {
    return unstable.hasSnapshot() ? unstable.snapshot().orElseThrow() : storage.snapshot();
  }

  /** A snapshot takes the place of the whole log. */
  public void restore(Snapshot snapshot) {
    observer.observe(
        new LogEvent.RestoreStarted(
            committed,
            applied,
            applying,
            unstable.offset(),
            unstable.offsetInProgress(),
            unstable.count(),
            new EntryId(snapshot.term(), snapshot.index())));
    committed = snapshot.index();
    unstable.restore(snapshot);
  }
}
