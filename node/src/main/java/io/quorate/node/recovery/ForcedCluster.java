package io.quorate.node.recovery;

import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import io.quorate.statemachine.membership.Member;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * {@code --force-new-cluster}: the log of one member of a lost majority becomes that of a cluster
 * of one. What it knows to be committed stays, what may not have been is dropped, and then everyone
 * else is removed by entries that count as committed at once.
 *
 * @param hardState with everything committed
 * @param entries the log, the new entries included
 * @param added the new entries, to be saved
 * @param dropped how many entries were not known to be committed
 */
record ForcedCluster(HardState hardState, List<Entry> entries, List<Entry> added, int dropped) {
  private static final String PEER_URL = "http://localhost:2380";

  /**
   * @param snapshot the configuration that {@code log} begins with
   * @param appliedIndex what the database holds was committed, whatever the hard state says
   */
  static ForcedCluster of(
      long self, ConfState snapshot, HardState state, List<Entry> log, long appliedIndex) {
    long commit =
        Long.compareUnsigned(state.commit(), appliedIndex) >= 0 ? state.commit() : appliedIndex;
    List<Entry> entries = new ArrayList<>();
    for (Entry entry : log) {
      if (Long.compareUnsigned(entry.index(), commit) <= 0) {
        entries.add(entry);
      }
    }
    int dropped = log.size() - entries.size();
    long next = commit + 1;
    List<Entry> added = new ArrayList<>();
    TreeSet<Long> nodes = LogConfiguration.nodes(snapshot, entries);
    if (!nodes.remove(self)) {
      byte[] context =
          Member.of(self, List.of(PEER_URL), false).toJson().getBytes(StandardCharsets.UTF_8);
      added.add(change(ConfChangeType.ADD_NODE, self, context, state.term(), next++));
    }
    for (long other : nodes) {
      added.add(change(ConfChangeType.REMOVE_NODE, other, null, state.term(), next++));
    }
    entries.addAll(added);
    return new ForcedCluster(
        new HardState(state.term(), state.vote(), next - 1), entries, added, dropped);
  }

  private static Entry change(
      ConfChangeType type, long node, byte @Nullable [] context, long term, long index) {
    byte[] data = ConfChangeCodec.encode(new ConfChange(0, type, node, context));
    return new Entry(EntryType.CONF_CHANGE, term, index, data);
  }
}
