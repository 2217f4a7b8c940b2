package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.duty.DutyLoop;
import io.quorate.node.port.OtherMembers;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

class VersionKeeperTest {
  /** Asked twice before the answer is applied, the leader would see that none is set yet. */
  @Test
  void oneVersionIsProposedAtATime() {
    var lone = new LoneMember(new MemoryDisk(1), 10_000, 1);
    lone.runWithout(DutyLoop.class, 100);
    List<CompletableFuture<?>> proposed = new ArrayList<>();
    var log = new RecordingLogger();
    var keeper =
        new VersionKeeper(
            lone.member().options(),
            lone.member().stores(),
            OtherMembers.NONE,
            () -> true,
            version -> {
              var answer = new CompletableFuture<Void>();
              proposed.add(answer);
              return answer;
            },
            log);
    keeper.decide();
    keeper.decide();
    assertThat(proposed).hasSize(1);
    proposed.getFirst().completeExceptionally(new NodeException.Stopped());
    keeper.decide();
    assertThat(proposed).as("after it has failed").hasSize(2);
    lone.close();
  }
}
