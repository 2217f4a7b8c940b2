package io.quorate.node.recovery;

import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import java.util.List;
import java.util.TreeSet;

/** Who belongs to the cluster, by a log that nobody has applied yet. */
final class LogConfiguration {
  private LogConfiguration() {}

  /** Everyone, voters and learners, after {@code entries}; ascending. */
  static TreeSet<Long> nodes(ConfState snapshot, List<Entry> entries) {
    TreeSet<Long> nodes = new TreeSet<>(Long::compareUnsigned);
    nodes.addAll(snapshot.voters());
    nodes.addAll(snapshot.learners());
    for (Entry entry : entries) {
      byte[] data = entry.data();
      if (entry.type() == EntryType.CONF_CHANGE && data != null) {
        ConfChange change = ConfChangeCodec.decode(data);
        switch (change.type()) {
          case ADD_NODE, ADD_LEARNER_NODE -> nodes.add(change.nodeId());
          case REMOVE_NODE -> nodes.remove(change.nodeId());
          case UPDATE_NODE -> {}
        }
      }
    }
    return nodes;
  }
}
