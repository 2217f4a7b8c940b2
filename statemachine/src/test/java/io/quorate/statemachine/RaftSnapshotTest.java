package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.BackendSnapshot;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.V2Store;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What raft is told of the state: with the database to another member, and in a .snap file. */
final class RaftSnapshotTest {
  private static final ConfState ONE_AND_LEARNER =
      new ConfState(List.of(1L), List.of(2L), List.of(), List.of(), false);

  private static Machine oneAndLearner() {
    Machine machine = new Machine();
    Commands commands = new Commands(machine);
    commands.run("add 1 http://a:1");
    commands.run("add 2 http://b:1 learner");
    return machine;
  }

  private static Snapshot snapshotOf(Machine machine) {
    var opening = machine.backend.snapshot();
    machine.await(opening);
    try (BackendSnapshot database = opening.join()) {
      return StateMachine.raftSnapshot(database);
    }
  }

  private static void storeConfState(Machine machine, String json) {
    machine.backend.confState(json.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void itHasTheConfigurationThatRaftMade() {
    Machine machine = oneAndLearner();
    Snapshot snapshot = snapshotOf(machine);
    assertThat(snapshot.confState()).isEqualTo(ONE_AND_LEARNER);
    assertThat(snapshot.index()).isEqualTo(2);
    machine.close();
  }

  /** {@code etcdutl snapshot restore} leaves the old cluster's configuration in the database. */
  @Test
  void aConfigurationOfAnotherClusterGivesWayToTheMembers() {
    Machine machine = oneAndLearner();
    storeConfState(machine, "{\"voters\":[7,8,9],\"auto_leave\":false}");
    assertThat(snapshotOf(machine).confState()).isEqualTo(ONE_AND_LEARNER);
    // nor is one believed in which the same members vote otherwise
    storeConfState(machine, "{\"voters\":[1,2],\"auto_leave\":false}");
    assertThat(snapshotOf(machine).confState()).isEqualTo(ONE_AND_LEARNER);
    machine.close();
  }

  @Test
  void aJointConfigurationStays() {
    Machine machine = oneAndLearner();
    storeConfState(machine, "{\"voters\":[1,2],\"voters_outgoing\":[1],\"auto_leave\":true}");
    assertThat(snapshotOf(machine).confState())
        .isEqualTo(new ConfState(List.of(1L, 2L), List.of(), List.of(1L), List.of(), true));
    machine.close();
  }

  /**
   * A .snap file written while old entries are read again: the member that the next one adds must
   * not be in it, or that change would be refused when it is read once more.
   */
  @Test
  void whileOldEntriesAreReadAgainItHasTheMembersOfThen() {
    List<Entry> log = List.of(addition(1, 1), addition(2, 2));
    Machine before = new Machine();
    log.forEach(entry -> before.apply(entry, false));
    before.commit();
    before.close();
    Machine again =
        new Machine(
            before.disk, Machine.BY_HAND, Machine.options(new Quota(-1)), MembershipView.EMPTY);
    again.apply(log.get(0), false);
    assertThat(membersAt(again, 1)).containsExactly(1L);
    again.apply(log.get(1), false);
    assertThat(membersAt(again, 2)).containsExactly(1L, 2L);
    new Commands(again).run("add 3 http://c:1");
    assertThat(membersAt(again, 3)).containsExactly(1L, 2L, 3L);
    again.close();
  }

  private static Entry addition(long index, long id) {
    byte[] json =
        Member.of(id, List.of("http://" + id + ":1"), false)
            .toJson()
            .getBytes(StandardCharsets.US_ASCII);
    return new Entry(
        EntryType.CONF_CHANGE,
        1,
        index,
        ConfChangeCodec.encode(new ConfChange(0, ConfChangeType.ADD_NODE, id, json)));
  }

  private static List<Long> membersAt(Machine machine, long index) {
    return List.copyOf(V2Store.read(machine.state.snapshotData(index)).view().members().keySet());
  }
}
