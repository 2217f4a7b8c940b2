package io.quorate.node;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Clock;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.port.OtherMembers;
import io.quorate.statemachine.request.LeaseCheckpoint;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.ProtoWriter;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

/** In which order leases are listed (spec/api.md 9). */
class LeaseOrderTest {
  private static final long SECOND_NANOS = 1_000_000_000L;

  /** Each time it is looked at, another minute is over. */
  private static final class HastyClock implements Clock {
    private long nanos;

    @Override
    public long nanos() {
      nanos += 60 * SECOND_NANOS;
      return nanos;
    }

    @Override
    public long epochMillis() {
      return nanos / 1_000_000;
    }
  }

  /** For leases that nobody renews. */
  private record IdleEngine() implements Leases.Engine {
    @Override
    public CompletableFuture<Void> caughtUp() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public CompletableFuture<Void> throughRaft() {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public boolean isTickFresh() {
      return true;
    }

    @Override
    public CompletableFuture<?> checkpoint(List<LeaseCheckpoint.Remaining> leases) {
      return CompletableFuture.completedFuture(null);
    }

    @Override
    public List<String> leaderUrls() {
      return List.of();
    }
  }

  /** Neither in the order of ids nor against it, and no two alike. */
  private static long seconds(long id) {
    return 1_000 + id * 37 % 101;
  }

  @Test
  void leasesAreListedInTheOrderInWhichTheyEndHoweverTheTimePasses() {
    var lone = new LoneMember(new MemoryDisk(1), LoneMember.Setup.DEFAULT);
    var leases =
        new Leases(
            lone.member().stores(),
            OtherMembers.NONE,
            new IdleEngine(),
            new Member.DutyListener() {},
            new HastyClock());
    lone.await(lone.member().publish());
    for (long id = 1; id <= 100; id++) {
      byte[] grant = new ProtoWriter().number(1, seconds(id)).number(2, id).toByteArray();
      lone.await(lone.member().propose(LeaseGrant.FIELD, grant));
    }
    assertThat(leases.inOrderOfEnd())
        .as("where no time is kept")
        .containsExactlyElementsOf(LongStream.rangeClosed(1, 100).boxed().toList());
    leases.promote(0);
    assertThat(leases.inOrderOfEnd())
        .containsExactlyElementsOf(
            LongStream.rangeClosed(1, 100)
                .boxed()
                .sorted(Comparator.comparingLong(LeaseOrderTest::seconds))
                .toList());
    lone.close();
  }
}
