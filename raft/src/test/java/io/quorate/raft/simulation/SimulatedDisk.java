package io.quorate.raft.simulation;

import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.random.RandomGenerator;

/**
 * What survives a crash: everything synced, and a prefix of the rest, the last of it perhaps
 * without its hard state.
 */
final class SimulatedDisk {
  record Write(Optional<HardState> hardState, List<Entry> entries, Optional<Snapshot> snapshot) {}

  private HardState hardState = HardState.EMPTY;
  private Snapshot snapshot = Snapshot.EMPTY;
  private final List<Entry> entries = new ArrayList<>();
  private final List<Write> unsynced = new ArrayList<>();

  void write(Write write) {
    unsynced.add(write);
  }

  void sync() {
    unsynced.forEach(w -> keep(w, true));
    unsynced.clear();
  }

  void crash(RandomGenerator random) {
    int kept = random.nextInt(unsynced.size() + 1);
    for (int i = 0; i < kept; i++) {
      keep(unsynced.get(i), i < kept - 1 || random.nextBoolean());
    }
    unsynced.clear();
  }

  private void keep(Write write, boolean withHardState) {
    write.snapshot().ifPresent(this::keepSnapshot);
    if (!write.entries().isEmpty()) {
      long first = write.entries().getFirst().index();
      entries.removeIf(e -> e.index() >= first);
      entries.addAll(write.entries());
    }
    // A snapshot without the hard state behind it would leave a commit index before the log.
    if (withHardState || write.snapshot().isPresent()) {
      write.hardState().ifPresent(s -> hardState = s);
    }
  }

  private void keepSnapshot(Snapshot newer) {
    snapshot = newer;
    // A log that has the snapshot's own entry would go on; raft then keeps it and sends no
    // snapshot.
    entries.clear();
  }

  /** The application's own snapshot; the log before it may go. */
  void snapshot(long index, long term, ConfState confState) {
    sync();
    if (index <= snapshot.index()) {
      // One from the leader has come meanwhile.
      return;
    }
    snapshot = new Snapshot(null, confState, index, term);
    entries.removeIf(e -> e.index() <= index);
  }

  long lastIndex() {
    return entries.isEmpty() ? snapshot.index() : entries.getLast().index();
  }

  long term() {
    return hardState.term();
  }

  long snapshotIndex() {
    return snapshot.index();
  }

  ConfState snapshotConfState() {
    return snapshot.confState();
  }

  /** What a member that starts again reads. */
  MemoryStorage load() {
    MemoryStorage storage = new MemoryStorage();
    if (!snapshot.isEmpty()) {
      storage.applySnapshot(snapshot);
    }
    HardState state = hardState;
    if (!state.isEmpty() && state.commit() < snapshot.index()) {
      state = new HardState(state.term(), state.vote(), snapshot.index());
    }
    storage.setHardState(state);
    storage.append(entries);
    return storage;
  }
}
