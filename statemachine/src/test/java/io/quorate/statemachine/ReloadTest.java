package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.lease.LeaseListener;
import io.quorate.statemachine.membership.InvalidDowngradeException;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipListener;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.V2Store;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a member knows after it has taken over a database, from a leader or from its own disk. */
final class ReloadTest {
  private static final Path RECEIVED = Machine.FILE.resolveSibling("received.snap.db");

  private static Machine leader() {
    Machine leader = new Machine();
    Commands commands = new Commands(leader);
    for (String command :
        List.of(
            "add 1 http://a:1",
            "attributes 1 n1 http://c:1",
            "version 3.6.0",
            "add 2 http://b:1 learner",
            "promote 2",
            "grant 7 60",
            "put k 1 lease=7",
            "put l 2",
            "del l",
            "compact 3",
            "checkpoint 7 30",
            "alarm activate 1 1")) {
      assertThat(commands.run(command)).doesNotContain("refused");
    }
    leader.commit();
    return leader;
  }

  /** Every store reads the received database; #14571 was one that did not. */
  @Test
  void everyStoreReloads() {
    Machine leader = leader();
    Machine follower = new Machine();
    Commands old = new Commands(follower);
    old.run("add 9 http://z:1");
    old.run("grant 99 60");
    old.run("put gone 1 lease=99");
    old.run("alarm activate 9 2");
    follower.commit();
    List<String> heard = new ArrayList<>();
    follower
        .state
        .stores()
        .lessor()
        .listen(
            new LeaseListener() {
              @Override
              public void recovered() {
                heard.add("leases");
              }
            });
    follower
        .state
        .stores()
        .membership()
        .listen(
            new MembershipListener() {
              @Override
              public void recovered(MembershipView view) {
                heard.add("members " + view.members().size());
              }
            });

    byte[] v2 = leader.state.snapshotData(leader.state.appliedIndex());
    leader.close();
    follower.disk.put(RECEIVED, leader.disk.contents(Machine.FILE));
    follower.await(follower.backend.reload(RECEIVED));
    follower.backend.reloaded();
    follower.state.reload(V2Store.read(v2).view());

    assertThat(heard).containsExactly("leases", "members 2");
    assertThat(follower.state.appliedIndex()).isEqualTo(12);
    Commands now = new Commands(follower);
    assertThat(now.run("lease 99")).isEqualTo("none");
    assertThat(now.run("lease 7")).isEqualTo("ttl 60 remaining 30 keys [k]");
    assertThat(follower.state.stores().alarms().active())
        .containsExactly(new ActiveAlarm(1, ActiveAlarm.NOSPACE));
    assertThat(now.run("members"))
        .isEqualTo(
            "[{\"id\":1,\"peerURLs\":[\"http://a:1\"],\"name\":\"n1\",\"clientURLs\":[\"http://c:1\"]},"
                + " {\"id\":2,\"peerURLs\":[\"http://b:1\"]}] removed [] version 3.6.0");
    assertThat(now.run("get k")).isEqualTo("rev 4 count 1 k=1@2.2.1~7");
    assertThat(now.run("get gone")).isEqualTo("rev 4 count 0");
    assertThat(now.run("get k rev=2")).contains("Compacted");
    assertThat(now.run("revoke 7")).isEqualTo("rev 5 revoked");
    follower.close();
  }

  /** #19557: a promotion written to the v2 store only is made good at the next start. */
  @Test
  void aPromotionThatReachedOneStoreIsRepaired() {
    Machine leader = new Machine();
    Commands commands = new Commands(leader);
    commands.run("add 1 http://a:1");
    commands.run("add 2 http://b:1 learner");
    leader.commit();
    MembershipView v2 = leader.state.stores().membership().view();
    Member promoted = Member.of(2, List.of("http://b:1"), false);
    byte[] json =
        new String(V2Store.write(v2), java.nio.charset.StandardCharsets.UTF_8)
            .replace(",\\\"isLearner\\\":true", "")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8);
    leader.close();
    Machine repaired =
        new Machine(
            leader.disk,
            Machine.BY_HAND,
            Machine.options(new io.quorate.statemachine.alarm.Quota(-1)),
            V2Store.read(json).view());
    assertThat(repaired.state.stores().membership().view().member(2)).contains(promoted);
    // and stays so without the v2 store
    repaired.commit();
    Machine again = repaired.restart();
    assertThat(again.state.stores().membership().view().member(2)).contains(promoted);
    again.close();
  }

  @Test
  void aNewerClusterIsRefusedAtOnceAndAtStart() {
    Machine machine = new Machine();
    Commands commands = new Commands(machine);
    long index = machine.state.appliedIndex();
    assertThatThrownBy(() -> commands.run("version 3.7.0"))
        .isInstanceOf(InvalidDowngradeException.class)
        .hasMessage("invalid downgrade; server version is lower than determined cluster version");
    assertThat(machine.state.appliedIndex()).isEqualTo(index);
  }

  @Test
  void whatCannotBeAppliedStopsTheMemberBeforeItCounts() {
    Machine machine = new Machine();
    new Commands(machine).run("put a 1");
    long index = machine.state.appliedIndex();
    for (byte[] data :
        List.of(
            new byte[] {(byte) 0xff},
            new byte[] {0x08, 0x01},
            io.quorate.statemachine.request.InternalRequest.encode(1, 2000, new byte[] {1}))) {
      assertThatThrownBy(
              () -> machine.apply(io.quorate.raft.message.Entry.normal(1, index + 1, data), true))
          .isInstanceOf(UnappliableEntryException.class);
      assertThat(machine.state.appliedIndex()).isEqualTo(index);
    }
    assertThatThrownBy(() ->
            machine.state.decide(
                new io.quorate.raft.message.Entry(
                    io.quorate.raft.message.EntryType.CONF_CHANGE_V2, 1, index + 1, new byte[0])))
        .isInstanceOf(UnappliableEntryException.class);
    machine.close();
  }
}
