package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.BackendOptions;
import io.quorate.bolt.BoltOptions;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.request.Alarm;
import io.quorate.statemachine.request.ClusterMemberAttrSet;
import io.quorate.statemachine.request.ClusterVersionSet;
import io.quorate.statemachine.request.InternalRequest;
import io.quorate.statemachine.request.LeaseCheckpoint;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The same log makes the same state: however batches are cut, whenever commits come, wherever the
 * power fails. After a crash the log is read again from its beginning, as a member without a
 * snapshot does.
 */
final class DeterminismTest {
  private static final int ENTRIES = Boolean.getBoolean("long") ? 3_000 : 400;
  private static final int CRASHES = Boolean.getBoolean("long") ? 40 : 8;

  private static List<Entry> log(long seed) {
    Random random = new Random(seed);
    RandomRequests requests = new RandomRequests(random);
    List<Entry> log = new ArrayList<>();
    Model revisions = new Model();
    for (int i = 1; i <= ENTRIES; i++) {
      int dice = random.nextInt(40);
      byte[] body;
      int field;
      if (i == 1 || dice == 0) {
        log.add(
            new Entry(EntryType.CONF_CHANGE, 1, i, ConfChangeCodec.encode(change(random, i == 1))));
        continue;
      } else if (dice == 1) {
        log.add(Entry.normal(1, i, null));
        continue;
      } else if (dice == 2) {
        field = Alarm.FIELD;
        body = new Alarm(1 + random.nextInt(2), random.nextInt(2), 2 - random.nextInt(2)).encode();
      } else if (dice == 3) {
        field = ClusterVersionSet.FIELD;
        body = new ClusterVersionSet(random.nextBoolean() ? "3.6.0" : "3.5.0").encode();
      } else if (dice == 4) {
        field = ClusterMemberAttrSet.FIELD;
        body = new ClusterMemberAttrSet(1, "n" + i, List.of("http://c:" + i)).encode();
      } else if (dice == 5) {
        field = LeaseCheckpoint.FIELD;
        body =
            new LeaseCheckpoint(
                    List.of(new LeaseCheckpoint.Remaining(1 + random.nextInt(4), i % 50)))
                .encode();
      } else {
        RandomRequests.Proposal proposal = requests.next(revisions.revision());
        field = proposal.field();
        body = proposal.body();
        revisions.apply(InternalRequest.decode(InternalRequest.encode(i, field, body)).request());
      }
      log.add(Entry.normal(1, i, InternalRequest.encode(i, field, body)));
    }
    return log;
  }

  private static ConfChange change(Random random, boolean founding) {
    long id = founding ? 1 : 2 + random.nextInt(4);
    List<String> urls = List.of("http://h" + random.nextInt(6));
    return switch (founding ? 0 : random.nextInt(5)) {
      case 0 -> member(ConfChangeType.ADD_NODE, Member.of(id, urls, false));
      case 1 -> member(ConfChangeType.ADD_LEARNER_NODE, Member.of(id, urls, true));
      case 2 -> new ConfChange(1, ConfChangeType.ADD_NODE, id, Member.Context.promotion(id));
      case 3 -> member(ConfChangeType.UPDATE_NODE, Member.of(id, urls, false));
      default -> new ConfChange(1, ConfChangeType.REMOVE_NODE, id, null);
    };
  }

  private static ConfChange member(ConfChangeType type, Member member) {
    return new ConfChange(1, type, member.id(), member.toJson().getBytes(StandardCharsets.UTF_8));
  }

  @ParameterizedTest
  @ValueSource(longs = {11, 12, 13})
  void theSameLogMakesTheSameState(long seed) {
    List<Entry> log = log(seed);
    Machine plain = new Machine();
    log.forEach(entry -> plain.apply(entry, true));
    plain.commit();
    settle(plain);
    Map<String, String> expected = plain.dump();
    plain.close();

    Random random = new Random(seed);
    for (int i = 0; i < CRASHES; i++) {
      Machine other = stormy(log, new Random(random.nextLong()));
      assertThat(other.state.appliedIndex()).isEqualTo(log.size());
      assertThat(other.dump()).as("seed %d, storm %d", seed, i).isEqualTo(expected);
      assertThat(other.state.stores().membership().v2View())
          .as("both membership stores, seed %d, storm %d", seed, i)
          .isEqualTo(other.state.stores().membership().view());
      assertThat(other.state.stores().mvcc().revision())
          .isEqualTo(plain.state.stores().mvcc().revision());
      other.close();
    }
  }

  /** Applies the log with batches cut and commits made at random, and with crashes. */
  private static Machine stormy(List<Entry> log, Random random) {
    BackendOptions options =
        new BackendOptions(
            Duration.ofMillis(100),
            1 + random.nextInt(60),
            1 + random.nextInt(4000),
            1L << 20,
            false,
            false,
            true,
            BoltOptions.LockWait.NEVER);
    Machine machine =
        new Machine(
            new MemoryDisk(random.nextLong()),
            options,
            Machine.options(new Quota(-1)),
            MembershipView.EMPTY);
    int crashes = random.nextInt(4);
    for (int i = 0; i < log.size(); i++) {
      while (machine.backend.mustWait()) {
        machine.poll(Duration.ofMillis(1));
      }
      machine.apply(log.get(i), random.nextBoolean());
      if (random.nextInt(10) == 0) {
        machine.poll(Duration.ofMillis(random.nextInt(200)));
      }
      if (crashes > 0 && random.nextInt(log.size()) < 4) {
        crashes--;
        machine = crash(machine, random, machine.state.appliedIndex());
        // A member reads its log again from the last snapshot on; here there is none.
        i = -1;
      }
    }
    machine.commit();
    settle(machine);
    return machine;
  }

  private static Machine crash(Machine machine, Random random, long lastIndex) {
    if (random.nextInt(3) == 0) {
      machine.commit();
    }
    Fate fate = Fate.values()[random.nextInt(3)];
    Machine restarted = machine.crash(fate, random.nextLong(), MembershipView.EMPTY);
    assertThat(restarted.state.appliedIndex()).isBetween(0L, lastIndex);
    return restarted;
  }

  private static void settle(Machine machine) {
    // Compactions are done when a later one has nothing to wait for.
    for (int i = 0; i < 200; i++) {
      machine.poll(Duration.ofMillis(20));
    }
    machine.commit();
  }
}
