package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.BackendOptions;
import io.quorate.bolt.BoltOptions;
import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.PowerCut;
import io.quorate.raft.message.Entry;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.request.InternalRequest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * The power fails after each operation on the disk in turn. Whatever index the file then names, its
 * content is exactly that of the entries up to it: never an effect without its index, never an
 * index without its effect (#13766, #14685, #17780).
 */
final class PowerCutTest {
  private static final int ENTRIES = Boolean.getBoolean("long") ? 120 : 24;

  @ParameterizedTest
  @EnumSource(Fate.class)
  void theFileIsAlwaysTheStateAtItsIndex(Fate fate) {
    List<Entry> log = log();
    Map<Long, Map<String, String>> states = states(log);
    long cut = 0;
    while (true) {
      cut++;
      MemoryDisk disk = new MemoryDisk(cut);
      machine(disk).close();
      disk.settle(); // that the file exists at all is not the point here
      disk.cutPowerAfter(cut);
      boolean completed = run(disk, log);
      Machine after = machine(disk.restart(fate, cut));
      long index = after.state.appliedIndex();
      if (index > 0) {
        assertThat(after.dump())
            .as("%s, cut %d, index %d", fate, cut, index)
            .isEqualTo(states.get(index));
      }
      // And from there the log leads to the same end.
      log.forEach(entry -> after.apply(entry, false));
      after.commit();
      assertThat(after.dump())
          .as("%s, cut %d, replayed from %d", fate, cut, index)
          .isEqualTo(states.get((long) log.size()));
      after.close();
      if (completed) {
        assertThat(index).isEqualTo(log.size());
        return;
      }
    }
  }

  private static List<Entry> log() {
    Random random = new Random(7);
    RandomRequests requests = new RandomRequests(random);
    Model model = new Model();
    List<Entry> log = new ArrayList<>();
    while (log.size() < ENTRIES) {
      RandomRequests.Proposal proposal = requests.next(model.revision());
      byte[] data = InternalRequest.encode(log.size() + 1, proposal.field(), proposal.body());
      InternalRequest request = InternalRequest.decode(data);
      // A compaction is carried out in pieces of its own, after its entry; DeterminismTest has
      // them.
      if (request.request().field() != 7) {
        model.apply(request.request());
        log.add(Entry.normal(1, log.size() + 1, data));
      }
    }
    return log;
  }

  private static Map<Long, Map<String, String>> states(List<Entry> log) {
    Map<Long, Map<String, String>> states = new HashMap<>();
    for (Entry upTo : log) {
      Machine machine = machine(new MemoryDisk(1));
      log.stream()
          .filter(entry -> entry.index() <= upTo.index())
          .forEach(entry -> machine.apply(entry, false));
      machine.commit();
      states.put(upTo.index(), machine.dump());
      machine.close();
    }
    return states;
  }

  private static Machine machine(MemoryDisk disk) {
    return new Machine(
        disk,
        new BackendOptions(
            Duration.ofMillis(50),
            7,
            64L << 20,
            1L << 20,
            false,
            false,
            true,
            BoltOptions.LockWait.NEVER),
        Machine.options(new Quota(-1)),
        MembershipView.EMPTY);
  }

  /** Whether the log was applied and committed to its end. */
  private static boolean run(MemoryDisk disk, List<Entry> log) {
    try {
      Machine machine = machine(disk);
      for (Entry entry : log) {
        while (machine.backend.mustWait()) {
          machine.poll(Duration.ofMillis(1));
        }
        machine.apply(entry, false);
        machine.poll(Duration.ofMillis(20));
      }
      machine.commit();
      return true;
    } catch (PowerCut _) {
      return false;
    } catch (RuntimeException e) {
      for (Throwable cause = e; cause != null; cause = cause.getCause()) {
        if (cause instanceof PowerCut) {
          return false;
        }
      }
      throw e;
    }
  }
}
