package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.ProtoWriter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The named places of spec/failpoints.md that a lone member passes, in their order. */
class FailpointPlacesTest {
  private final List<String> fired = new ArrayList<>();
  private final Failpoints points =
      name ->
          () -> {
            fired.add(name);
            return Optional.empty();
          };

  private LoneMember started(long snapshotCount) {
    var lone =
        new LoneMember(
            new MemoryDisk(1),
            LoneMember.Setup.DEFAULT.snapshotCount(snapshotCount).failpoints(points));
    lone.await(lone.member().publish());
    return lone;
  }

  @Test
  void aStart() {
    started(10_000).close();
    assertThat(fired)
        .contains("beforePublishing")
        .containsSubsequence("beforeApplyOneConfChange", "afterIsMemberExist");
  }

  @Test
  void aPut() {
    var lone = started(10_000);
    lone.run(20);
    fired.clear();
    lone.await(lone.put("k", "v"));
    assertThat(fired)
        .containsSubsequence(
            "raftBeforeLeaderSend",
            "raftBeforeSave",
            "walBeforeSync",
            "walAfterSync",
            "raftAfterSave",
            "beforeApplyOneEntryNormal",
            "beforeWritebackBuf",
            "afterWritebackBuf");
    fired.clear();
    lone.run(50);
    assertThat(fired)
        .containsSubsequence(
            "raftBeforeAdvance",
            "beforeStartDBTxn",
            "afterStartDBTxn",
            "commitBeforePreCommitHook",
            "commitAfterPreCommitHook",
            "beforeCommit",
            "beforeSyncDataPages",
            "beforeWriteMetaError",
            "beforeSyncMetaPage",
            "afterCommit");
    lone.close();
  }

  /** A heartbeat or a read has nothing to save; a leader that is stalled there must stall. */
  @Test
  void aReadThroughRaft() {
    var lone = started(10_000);
    lone.run(20);
    fired.clear();
    lone.await(lone.member().throughRaft());
    assertThat(fired)
        .containsSubsequence("raftBeforeLeaderSend", "raftBeforeSave", "raftAfterSave");
    lone.close();
  }

  @Test
  void aSnapshot() {
    var lone = started(20);
    fired.clear();
    for (int i = 0; i < 30; i++) {
      lone.await(lone.put("k" + i, "v"));
    }
    lone.run(50);
    assertThat(fired)
        .containsSubsequence("raftBeforeWALSaveSnaphot", "walBeforeSync", "raftAfterWALRelease")
        .doesNotContain("raftBeforeSaveSnap", "raftBeforeApplySnap");
    lone.close();
  }

  @Test
  void aCompactionOfSeveralBatches() {
    var lone = started(100_000);
    for (int i = 0; i < 2_500; i++) {
      lone.await(lone.put("k", "v"));
    }
    fired.clear();
    byte[] at = new ProtoWriter().number(1, lone.revision()).toByteArray();
    lone.await(lone.member().propose(Compaction.FIELD, at));
    lone.run(200);
    assertThat(fired)
        .containsSubsequence(
            "compactBeforeCommitScheduledCompact",
            "compactAfterCommitScheduledCompact",
            "compactBeforeCommitBatch",
            "compactAfterCommitBatch",
            "compactBeforeCommitBatch",
            "compactAfterCommitBatch",
            "compactBeforeSetFinishedCompact",
            "compactAfterSetFinishedCompact");
    lone.close();
  }
}
