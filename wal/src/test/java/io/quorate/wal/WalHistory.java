package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;

/**
 * What a log was told, record by record. After a power cut it must say what it would say had it
 * been told only the first so many records, and no fewer than were synced.
 */
final class WalHistory {
  private sealed interface Told {}

  private record ToldEntry(Entry entry) implements Told {}

  private record ToldState(HardState state) implements Told {}

  private record ToldMark(WalSnapshot snapshot) implements Told {}

  private final List<Told> told = new ArrayList<>();
  private int syncedCount;
  private long term = 1;

  private static final class Said {
    final List<Entry> entries = new ArrayList<>();
    HardState state = HardState.EMPTY;
    final List<WalSnapshot> marks = new ArrayList<>();

    void take(Told record) {
      switch (record) {
        case ToldEntry(Entry entry) -> {
          int at = (int) entry.index() - 1;
          entries.subList(at, entries.size()).clear();
          entries.add(entry);
        }
        case ToldState(HardState s) -> state = s;
        case ToldMark(WalSnapshot snapshot) -> marks.add(snapshot);
      }
    }
  }

  private Said after(int records) {
    Said said = new Said();
    told.subList(0, records).forEach(said::take);
    return said;
  }

  boolean isEmpty() {
    return told.isEmpty();
  }

  /** Entries that follow, or take the place of uncommitted ones. */
  List<Entry> entries(SplittableRandom random) {
    Said now = after(told.size());
    int last = now.entries.size();
    int commit = (int) now.state.commit();
    int from = last + 1;
    if (last > commit && random.nextInt(4) == 0) {
      from = commit + 1 + random.nextInt(last - commit);
      term++;
    }
    List<Entry> entries = new ArrayList<>();
    int count = 1 + random.nextInt(5);
    for (int i = 0; i < count; i++) {
      int size = random.nextInt(8) == 0 ? random.nextInt(5000) : random.nextInt(300);
      byte[] data = new byte[size];
      random.nextBytes(data);
      entries.add(Entry.normal(term, from + i, data));
    }
    return entries;
  }

  /** A state that moves the commit index, not beyond the last entry once these are appended. */
  HardState commit(SplittableRandom random, List<Entry> appended) {
    Said now = after(told.size());
    long commit = now.state.commit();
    long last = appended.isEmpty() ? now.entries.size() : appended.getLast().index();
    if (last > commit) {
      commit += random.nextLong(last - commit + 1);
    }
    return new HardState(term, 1, commit);
  }

  void appended(List<Entry> entries, HardState state) {
    entries.forEach(entry -> told.add(new ToldEntry(entry)));
    if (!state.isEmpty()) {
      told.add(new ToldState(state));
    }
  }

  WalSnapshot snapshot(SplittableRandom random) {
    Said now = after(told.size());
    long commit = now.state.commit();
    long marked = now.marks.isEmpty() ? 0 : now.marks.getLast().index();
    if (commit <= marked) {
      return WalSnapshot.START;
    }
    long index = marked + 1 + random.nextLong(commit - marked);
    return WalFixture.mark(index, now.entries.get((int) index - 1).term());
  }

  void marked(WalSnapshot snapshot) {
    told.add(new ToldMark(snapshot));
  }

  void synced() {
    syncedCount = told.size();
  }

  /** Opens the log, finds how much of what it was told it still says, and forgets the rest. */
  Wal reopen(WalDirectory directory) {
    List<WalSnapshot> valid = directory.validSnapshots();
    WalSnapshot from = valid.isEmpty() ? WalSnapshot.START : valid.getLast();
    WalDirectory.Opened opened = directory.openRepaired(from);
    WalContents contents = opened.contents();
    assertThat(contents.metadata()).contains(WalFixture.METADATA);
    assertThat(contents.snapshotFound()).isTrue();
    for (int records = told.size(); records >= syncedCount; records--) {
      Said said = after(records);
      int skipped = Math.min((int) from.index(), said.entries.size());
      if (contents.hardState().equals(said.state)
          && contents.entries().equals(said.entries.subList(skipped, said.entries.size()))
          && (from.index() == 0 || said.marks.contains(from))) {
        told.subList(records, told.size()).clear();
        syncedCount = records;
        return opened.wal();
      }
    }
    Said synced = after(syncedCount);
    throw new AssertionError(
        "the log says "
            + contents.hardState()
            + " "
            + contents.entries()
            + " from "
            + from
            + "; synced were "
            + synced.state
            + " "
            + synced.entries);
  }
}
