package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.memory.Fate;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.memory.PowerCut;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

class MemberTest {
  @Test
  void itFoundsItselfLeadsPublishesAndAnswers() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.await(lone.member().publish());
    assertThat(lone.member().raft().leads()).isTrue();
    assertThat(lone.await(lone.put("k", "v"))).isInstanceOf(OpResult.PutDone.class);
    assertThat(lone.has("k")).isTrue();
    lone.run(500);
    assertThat(lone.member().stores().membership().view().clusterVersion()).isPresent();
    assertThat(lone.member().storageVersion()).hasToString("Optional[3.6.0]");
    assertThat(lone.member().readsAreLocal()).isTrue();
    lone.close();
  }

  @Test
  void whatWasAnsweredIsThereAfterAStop() {
    var disk = new MemoryDisk(1);
    var first = new LoneMember(disk, 30, 1);
    first.await(first.member().publish());
    for (int i = 0; i < 200; i++) {
      first.await(first.put("k" + i, "v"));
    }
    long revision = first.revision();
    first.close();
    var second = new LoneMember(disk, 30, 1000);
    second.await(second.member().publish());
    assertThat(second.keys()).isEqualTo(200);
    assertThat(second.revision()).isEqualTo(revision);
    second.close();
  }

  /**
   * Request ids are made of the clock; entries of the last run must not answer those of this one.
   */
  @Test
  void aClockThatGoesBackMakesNoFalseAnswers() {
    var disk = new MemoryDisk(1);
    var first = new LoneMember(disk, 1000, 50);
    first.await(first.member().publish());
    for (int i = 0; i < 10; i++) {
      first.await(first.put("old" + i, "v"));
    }
    first.close();
    var second = new LoneMember(disk, 1000, 50);
    second.await(second.member().publish());
    assertThat(second.member().raft().leads()).isTrue();
    assertThat(second.keys()).isEqualTo(10);
    second.await(second.put("new", "v"));
    assertThat(second.has("new")).isTrue();
    second.close();
  }

  @Test
  void aLeaseEndsByTheClockAndTakesItsKeysAlong() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.await(lone.member().publish());
    byte[] grant = new ProtoWriter().number(1, 5).number(2, 7).toByteArray();
    assertThat(lone.await(lone.member().propose(LeaseGrant.FIELD, grant)))
        .isEqualTo(new Outcome.LeaseGranted(2 - 1, 7, 5));
    lone.await(
        lone.member()
            .propose(
                io.quorate.statemachine.request.Put.FIELD,
                new ProtoWriter().bytes(1, new byte[] {'k'}).number(3, 7).toByteArray()));
    assertThat(lone.await(lone.member().renew(7))).isEqualTo(5);
    lone.run(400);
    assertThat(lone.has("k")).isTrue();
    lone.run(300);
    assertThat(lone.has("k")).isFalse();
    assertThat(lone.await(lone.member().renew(7))).isZero();
    lone.close();
  }

  /** The power is cut at ever later operations of a life with puts, commits and snapshots. */
  @ParameterizedTest
  @EnumSource(Fate.class)
  void nothingAcknowledgedIsLostWhereverThePowerIsCut(Fate fate) {
    int step = Boolean.getBoolean("long") ? 1 : 41;
    for (int cut = 1; cut < 700; cut += step) {
      var disk = new MemoryDisk(cut);
      disk.cutPowerAfter(cut);
      List<String> acknowledged = liveUntilTheCut(disk);
      var after = new LoneMember(disk.restart(fate, cut), 20, 1000);
      after.await(after.member().publish());
      for (String key : acknowledged) {
        assertThat(after.has(key)).as("%s after a cut at operation %d", key, cut).isTrue();
      }
      after.close();
    }
  }

  private static List<String> liveUntilTheCut(MemoryDisk disk) {
    var acknowledged = new ArrayList<String>();
    try {
      var lone = new LoneMember(disk, 20, 1);
      lone.await(lone.member().publish());
      for (int i = 0; i < 120; i++) {
        String key = "k" + i;
        CompletableFuture<Outcome> put = lone.put(key, "v");
        lone.await(put);
        acknowledged.add(key);
        lone.run(3);
      }
    } catch (PowerCut powerIsOff) {
      return acknowledged;
    }
    return acknowledged;
  }
}
