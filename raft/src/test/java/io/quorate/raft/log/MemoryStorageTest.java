package io.quorate.raft.log;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.Snapshot;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The contract of spec/raft.md 4.7. The log under test has its start at (3, term 3). */
class MemoryStorageTest {
  private static final long ALL = Long.MAX_VALUE;

  private final MemoryStorage storage = new MemoryStorage();

  MemoryStorageTest() {
    storage.applySnapshot(new Snapshot(null, ConfState.ofVoters(List.of(1L)), 3, 3));
    storage.append(List.of(entry(4, 4), entry(5, 5), entry(6, 6)));
  }

  private static Entry entry(long index, long term) {
    return Entry.normal(term, index, null);
  }

  @Test
  void knowsTheTermOfWhereItStarts() {
    assertThatThrownBy(() -> storage.term(2))
        .isInstanceOf(StorageException.Compacted.class)
        .hasMessage("requested index is unavailable due to compaction");
    assertThat(storage.term(3)).isEqualTo(3);
    assertThat(storage.term(6)).isEqualTo(6);
    assertThatThrownBy(() -> storage.term(7))
        .isInstanceOf(StorageException.Unavailable.class)
        .hasMessage("requested entry at index is unavailable");
  }

  @Test
  void givesEntriesWithinALimitButAtLeastOne() {
    assertThatThrownBy(() -> storage.entries(3, 5, ALL))
        .isInstanceOf(StorageException.Compacted.class);
    assertThat(storage.entries(4, 7, ALL)).hasSize(3);
    assertThat(storage.entries(4, 7, 0)).containsExactly(entry(4, 4));
    assertThat(storage.entries(4, 7, 12)).hasSize(2);
    assertThat(storage.entries(4, 7, 17)).hasSize(2);
    assertThat(storage.entries(4, 7, 18)).hasSize(3);
    assertThatThrownBy(() -> storage.entries(4, 8, ALL))
        .isInstanceOf(AssertionError.class)
        .hasMessage("entries' hi(8) is out of bound lastindex(6)");
  }

  @Test
  void tellsWhichEntriesAreBeyondALimitOfBytes() {
    assertThat(storage.lastBeyond(0)).as("no payload").isEqualTo(3);
    storage.append(List.of(large(7), large(8), large(9)));
    assertThat(storage.lastBeyond(300)).isEqualTo(3);
    assertThat(storage.lastBeyond(299)).isEqualTo(7);
    assertThat(storage.lastBeyond(0)).isEqualTo(9);
    storage.append(List.of(large(8)));
    assertThat(storage.lastBeyond(200)).as("overwritten").isEqualTo(3);
    storage.compact(7);
    assertThat(storage.lastBeyond(100)).as("compacted").isEqualTo(7);
  }

  private static Entry large(long index) {
    return Entry.normal(6, index, new byte[100]);
  }

  @Test
  void givesNoEntriesWhenThereAreNone() {
    MemoryStorage empty = new MemoryStorage();
    assertThatThrownBy(() -> empty.entries(1, 1, ALL))
        .isInstanceOf(StorageException.Unavailable.class);
    assertThat(empty.firstIndex()).isEqualTo(1);
    assertThat(empty.lastIndex()).isZero();
  }

  @Test
  void appendsOverwriteFromTheirFirstIndexOn() {
    storage.append(List.of(entry(5, 7)));
    assertThat(storage.entries(4, 6, ALL)).containsExactly(entry(4, 4), entry(5, 7));
    assertThat(storage.lastIndex()).isEqualTo(5);
  }

  @Test
  void appendsIgnoreWhatIsCompacted() {
    storage.append(List.of(entry(2, 2), entry(3, 3)));
    assertThat(storage.lastIndex()).isEqualTo(6);
    storage.append(List.of(entry(3, 3), entry(4, 8)));
    assertThat(storage.entries(4, 5, ALL)).containsExactly(entry(4, 8));
  }

  @Test
  void appendsLeaveNoGap() {
    assertThatThrownBy(() -> storage.append(List.of(entry(8, 8))))
        .isInstanceOf(AssertionError.class)
        .hasMessage("missing log entry [last: 6, append at: 8]");
  }

  @Test
  void compactionKeepsTheTermOfItsIndex() {
    storage.compact(5);
    assertThat(storage.firstIndex()).isEqualTo(6);
    assertThat(storage.term(5)).isEqualTo(5);
    assertThatThrownBy(() -> storage.compact(5)).isInstanceOf(StorageException.Compacted.class);
    assertThatThrownBy(() -> storage.compact(7))
        .isInstanceOf(AssertionError.class)
        .hasMessage("compact 7 is out of bound lastindex(6)");
  }

  @Test
  void snapshotsOnlyMoveForward() {
    ConfState state = ConfState.ofVoters(List.of(1L, 2L));
    assertThat(storage.createSnapshot(5, state, new byte[] {1}))
        .isEqualTo(new Snapshot(new byte[] {1}, state, 5, 5));
    assertThat(storage.firstIndex()).as("nothing is compacted").isEqualTo(4);
    assertThatThrownBy(() -> storage.createSnapshot(5, state, null))
        .isInstanceOf(StorageException.SnapshotOutOfDate.class)
        .hasMessage("requested index is older than the existing snapshot");
    assertThatThrownBy(() -> storage.createSnapshot(7, state, null))
        .isInstanceOf(AssertionError.class)
        .hasMessage("snapshot 7 is out of bound lastindex(6)");
    assertThatThrownBy(() -> storage.applySnapshot(new Snapshot(null, state, 4, 4)))
        .isInstanceOf(StorageException.SnapshotOutOfDate.class);
  }
}
