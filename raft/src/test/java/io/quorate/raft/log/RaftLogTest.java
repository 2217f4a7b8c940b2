package io.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.event.RaftEvent;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Snapshot;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What no transcript covers: truncation, reads across both parts, limits, writes acknowledged. */
class RaftLogTest {
  private static final long ALL = Long.MAX_VALUE;

  private final List<String> events = new ArrayList<>();
  private final MemoryStorage storage = new MemoryStorage();

  private RaftLog log(int stable, int unstable) {
    return log(stable, unstable, ALL);
  }

  /** Entries of term 1: the first {@code stable} in storage, {@code unstable} behind them. */
  private RaftLog log(int stable, int unstable, long applyLimitBytes) {
    for (int i = 1; i <= stable; i++) {
      storage.append(List.of(entry(1, i)));
    }
    RaftLog log = new RaftLog(storage, applyLimitBytes, (RaftEvent e) -> events.add(e.text()));
    for (int i = stable + 1; i <= stable + unstable; i++) {
      log.append(List.of(entry(1, i)));
    }
    return log;
  }

  /** Six bytes when encoded. */
  private static Entry entry(long term, long index) {
    return Entry.normal(term, index, null);
  }

  private static List<Long> indexes(List<Entry> entries) {
    return entries.stream().map(Entry::index).toList();
  }

  @Test
  void readsAcrossStableAndUnstable() {
    RaftLog log = log(3, 3);
    assertThat(indexes(log.entries(2, ALL))).containsExactly(2L, 3L, 4L, 5L, 6L);
    assertThat(indexes(log.entries(5, ALL))).containsExactly(5L, 6L);
    assertThat(log.entries(7, ALL)).isEmpty();
  }

  @Test
  void limitsReadsAcrossBoth() {
    RaftLog log = log(3, 3);
    assertThat(indexes(log.entries(2, 0))).containsExactly(2L);
    assertThat(indexes(log.entries(2, 12))).containsExactly(2L, 3L);
    assertThat(indexes(log.entries(2, 17)))
        .as("the entry that always passes has passed")
        .containsExactly(2L, 3L);
    assertThat(indexes(log.entries(2, 18))).containsExactly(2L, 3L, 4L);
    assertThat(indexes(log.entries(3, 7))).containsExactly(3L);
  }

  @Test
  void aShorterAppendTruncatesNothing() {
    RaftLog log = log(0, 5);
    assertThat(log.tryAppend(new EntryId(1, 1), List.of(entry(1, 2)), 0)).hasValue(2);
    assertThat(log.lastIndex()).isEqualTo(5);
    assertThat(events).isEmpty();
  }

  @Test
  void aConflictTruncatesWithinTheUnstablePart() {
    RaftLog log = log(1, 4);
    assertThat(log.tryAppend(new EntryId(1, 3), List.of(entry(2, 4)), 1)).hasValue(4);
    assertThat(log.last()).isEqualTo(new EntryId(2, 4));
    assertThat(events)
        .containsExactly(
            "found conflict at index 4 [existing term: 1, conflicting term: 2]",
            "truncate the unstable entries before index 4");
  }

  @Test
  void aConflictInTheStablePartReplacesTheUnstable() {
    RaftLog log = log(3, 2);
    log.tryAppend(new EntryId(1, 1), List.of(entry(2, 2)), 1);
    assertThat(log.last()).isEqualTo(new EntryId(2, 2));
    assertThat(events).contains("replace the unstable entries from index 2");
  }

  @Test
  void whatIsCommittedIsNeverOverwritten() {
    RaftLog log = log(3, 0);
    log.commitTo(3);
    assertThatThrownBy(() -> log.tryAppend(new EntryId(1, 1), List.of(entry(2, 2)), 3))
        .isInstanceOf(AssertionError.class)
        .hasMessage("entry 2 conflict with committed entry [committed(3)]");
    assertThatThrownBy(() -> log.append(List.of(entry(2, 3))))
        .hasMessage("after(2) is out of range [committed(3)]");
    assertThatThrownBy(() -> log.commitTo(4))
        .hasMessage(
            "tocommit(4) is out of range [lastIndex(3)]. Was the raft log corrupted, truncated, or"
                + " lost?");
  }

  @Test
  void anAcknowledgementOfOverwrittenEntriesCountsForNothing() {
    RaftLog log = log(0, 3);
    log.acceptUnstable();
    log.tryAppend(new EntryId(1, 1), List.of(entry(2, 2), entry(2, 3)), 0);
    assertThat(indexes(log.nextUnstable())).containsExactly(2L, 3L);
    log.stableTo(new EntryId(1, 3));
    assertThat(log.hasUnstableEntries()).isTrue();
    assertThat(events)
        .contains(
            "entry at (index,term)=(3,1) mismatched with entry at (3,2) in unstable log;"
                + " ignoring");
    log.stableTo(new EntryId(2, 3));
    assertThat(log.hasUnstableEntries()).isFalse();
    log.stableTo(new EntryId(2, 4));
    assertThat(events).contains("entry at index 4 missing from unstable log; ignoring");
  }

  @Test
  void asynchronousModeAppliesOnlyWhatIsDurableHere() {
    RaftLog log = log(2, 2);
    log.commitTo(4);
    assertThat(indexes(log.nextCommitted(true))).containsExactly(1L, 2L, 3L, 4L);
    assertThat(indexes(log.nextCommitted(false))).containsExactly(1L, 2L);
  }

  @Test
  void applyingPausesAtItsLimitAndWhenABatchCouldNotTakeAll() {
    RaftLog log = log(5, 0, 12);
    log.commitTo(5);
    List<Entry> first = log.nextCommitted(true);
    assertThat(indexes(first)).containsExactly(1L, 2L);
    log.acceptApplying(2, 12, true);
    assertThat(log.hasNextCommitted(true)).isFalse();
    log.appliedTo(1, 6);
    assertThat(indexes(log.nextCommitted(true))).containsExactly(3L);
    log.acceptApplying(3, 6, true);
    assertThat(log.nextCommitted(true)).isEmpty();
  }

  @Test
  void nothingIsAppliedWhileASnapshotIsOnItsWay() {
    RaftLog log = log(2, 0);
    log.commitTo(2);
    log.restore(new Snapshot(null, ConfState.ofVoters(List.of(1L)), 9, 3));
    assertThat(log.hasNextCommitted(true)).isFalse();
    assertThat(log.firstIndex()).isEqualTo(10);
    assertThat(log.lastIndex()).isEqualTo(9);
    assertThat(log.term(9)).hasValue(3);
    assertThat(log.term(8)).isEmpty();
    log.stableTo(new EntryId(3, 9));
    assertThat(events).contains("entry at index 9 matched unstable snapshot; ignoring");
    assertThat(log.hasUnstableSnapshot()).isTrue();
    log.stableSnapshotTo(9);
    assertThat(log.hasUnstableSnapshot()).isFalse();
  }

  @Test
  void conflictsAreSkippedTermByTerm() {
    long[] terms = {1, 3, 3, 3, 5, 5, 5, 5, 5};
    List<Entry> entries = new ArrayList<>();
    for (int i = 0; i < terms.length; i++) {
      entries.add(entry(terms[i], i + 1));
    }
    storage.append(entries);
    RaftLog log = new RaftLog(storage, ALL, _ -> {});
    assertThat(log.findConflictByTerm(6, 2)).isEqualTo(new EntryId(1, 1));
    assertThat(log.findConflictByTerm(9, 4)).isEqualTo(new EntryId(3, 4));
    storage.compact(4);
    assertThat(log.findConflictByTerm(9, 2)).isEqualTo(new EntryId(0, 3));
  }
}
