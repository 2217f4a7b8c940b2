package io.quorate.node.recovery;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import java.util.List;
import org.junit.jupiter.api.Test;

class ForcedClusterTest {
  private static Entry change(long index, ConfChangeType type, long node, byte[] context) {
    return new Entry(
        EntryType.CONF_CHANGE,
        2,
        index,
        ConfChangeCodec.encode(new ConfChange(0, type, node, context)));
  }

  @Test
  void othersAreRemovedAndWhatWasNotCommittedIsDropped() {
    ConfState snapshot = new ConfState(List.of(1L, 2L), List.of(9L), List.of(), List.of(), false);
    List<Entry> log =
        List.of(
            change(11, ConfChangeType.ADD_NODE, 3, null),
            change(12, ConfChangeType.REMOVE_NODE, 2, null),
            Entry.normal(2, 13, null),
            change(14, ConfChangeType.ADD_NODE, 4, null));
    ForcedCluster forced = ForcedCluster.of(1, snapshot, new HardState(2, 3, 12), log, 13);
    assertThat(forced.dropped()).isEqualTo(1);
    assertThat(forced.added())
        .containsExactly(
            change(14, ConfChangeType.REMOVE_NODE, 3, null),
            change(15, ConfChangeType.REMOVE_NODE, 9, null));
    assertThat(forced.hardState()).isEqualTo(new HardState(2, 3, 15));
    assertThat(forced.entries()).hasSize(5).startsWith(log.getFirst());
  }

  @Test
  void aMemberThatIsNotInItsOwnClusterIsAddedFirst() {
    ForcedCluster forced =
        ForcedCluster.of(
            7, ConfState.ofVoters(List.of(-1L, 2L)), new HardState(2, 0, 5), List.of(), 0);
    byte[] context = "{\"id\":7,\"peerURLs\":[\"http://localhost:2380\"]}".getBytes(UTF_8);
    assertThat(forced.added())
        .containsExactly(
            change(6, ConfChangeType.ADD_NODE, 7, context),
            change(7, ConfChangeType.REMOVE_NODE, 2, null),
            change(8, ConfChangeType.REMOVE_NODE, -1, null));
    assertThat(forced.hardState().commit()).isEqualTo(8);
  }
}
