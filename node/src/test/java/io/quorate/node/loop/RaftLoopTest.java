package io.quorate.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Failpoints;
import io.quorate.node.NodeException;
import io.quorate.node.RequestTrace;
import io.quorate.node.TestClock;
import io.quorate.node.port.Transport;
import io.quorate.node.propose.Proposals;
import io.quorate.node.propose.RequestIds;
import io.quorate.node.read.ReadRounds;
import io.quorate.raft.Config;
import io.quorate.raft.RawNode;
import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** The raft loop of member 1 of three, alone: nobody leads. */
class RaftLoopTest {
  private static final ConfState THREE = ConfState.ofVoters(List.of(1L, 2L, 3L));
  private static final long SECOND = 1_000_000_000L;
  private static final long TICK = SECOND / 10;

  private final MemoryStorage storage = new MemoryStorage();
  private final Inbox<ApplyLoop.Input> apply = new Inbox<>();
  private final Proposals<String> proposals = new Proposals<>();
  private RaftLoop loop;
  private long nowNanos;

  RaftLoopTest() {
    storage.applySnapshot(new Snapshot(null, THREE, 10, 1));
    loop = start(10);
  }

  /** Entries up to {@code committed} are known to be committed. */
  private RaftLoop start(long committed) {
    storage.setHardState(new HardState(1, 0, committed));
    var clock = new TestClock(1);
    var started =
        new RaftLoop(
            new RaftLoop.Options(1, TICK, 10, false, 50, 1 << 30, 5 * SECOND, SECOND, false, 10),
            new RawNode(
                Config.builder(1, storage, new Random(1))
                    .electionTicks(10)
                    .heartbeatTicks(1)
                    .preVote(true)
                    .asyncStorageWrites(true)
                    .build()),
            storage,
            new RaftLoop.Ports(new Inbox<>(), apply, Transport.NONE, OutgoingSnapshots.NONE),
            proposals,
            readIndex ->
                new ReadRounds(
                    new RequestIds(1, 0),
                    readIndex,
                    5 * SECOND,
                    ReadRounds.ReadListener.NONE,
                    new RequestTrace(clock, NOPLogger.NOP_LOGGER),
                    NOPLogger.NOP_LOGGER),
            RaftListener.NONE,
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER,
            NOPLogger.NOP_LOGGER);
    started.poll(nowNanos);
    return started;
  }

  private void pass(long nanos) {
    for (long passed = 0; passed < nanos; passed += TICK) {
      nowNanos += TICK;
      loop.poll(nowNanos);
    }
  }

  private static Message.Propose forwarded(byte[] payload) {
    return new Message.Propose(2, 1, List.of(Entry.normal(0, 0, payload)));
  }

  private void forward(byte[] payload) {
    loop.inbox().offer(new RaftLoop.Received(forwarded(payload), () -> {}));
  }

  @Test
  void whatNobodyWaitsForAnyMoreIsNotKeptUntilSomebodyLeads() {
    var expiring = proposals.register(1, nowNanos, SECOND);
    var lasting = proposals.register(2, nowNanos, 10 * SECOND);
    var change = proposals.registerUntimed(3, nowNanos);
    loop.inbox().offer(new RaftLoop.Propose(expiring, new byte[1]));
    loop.inbox().offer(new RaftLoop.Propose(lasting, new byte[1]));
    loop.inbox()
        .offer(
            new RaftLoop.Reconfigure(
                new ConfChange(3, ConfChangeType.REMOVE_NODE, 2, null), change));
    loop.poll(nowNanos);
    assertThat(loop.waitingProposals()).isEqualTo(3);
    pass(2 * SECOND);
    assertThat(expiring.future()).failsWithin(Duration.ZERO);
    assertThat(expiring.future().exceptionNow()).isInstanceOf(NodeException.NotProposed.class);
    assertThat(loop.waitingProposals()).isEqualTo(2);
    change.future().cancel(false);
    pass(TICK);
    assertThat(loop.waitingProposals()).isEqualTo(1);
    assertThat(lasting.future()).isNotDone();
  }

  @Test
  void ofOthersOnlySomeWaitHoweverMuchIsOurOwn() {
    for (int i = 1; i <= LeaderlessProposals.FORWARDED_LIMIT; i++) {
      loop.inbox()
          .offer(new RaftLoop.Propose(proposals.register(i, nowNanos, SECOND), new byte[1]));
    }
    for (int i = 0; i < LeaderlessProposals.FORWARDED_LIMIT + 5; i++) {
      forward(new byte[1]);
    }
    loop.poll(nowNanos);
    loop.poll(nowNanos);
    loop.poll(nowNanos);
    assertThat(loop.waitingProposals()).isEqualTo(2 * LeaderlessProposals.FORWARDED_LIMIT);
    pass(2 * SECOND);
    assertThat(loop.waitingProposals()).isEqualTo(LeaderlessProposals.FORWARDED_LIMIT);
  }

  @Test
  void ofOthersSoManyBytesWait() {
    byte[] half = new byte[(int) (LeaderlessProposals.FORWARDED_LIMIT_BYTES / 2)];
    for (int i = 0; i < 4; i++) {
      forward(half);
    }
    loop.poll(nowNanos);
    assertThat(loop.waitingProposals()).isEqualTo(2);
  }

  /** The room is there again once somebody led. */
  @Test
  void whatIsTakenLeavesRoom() {
    var waiting = new LeaderlessProposals();
    for (int round = 0; round < 2; round++) {
      for (int i = 0; i < LeaderlessProposals.FORWARDED_LIMIT + 1; i++) {
        waiting.add(new RaftLoop.Received(forwarded(new byte[1]), () -> {}));
      }
      assertThat(waiting.takeAll()).hasSize(LeaderlessProposals.FORWARDED_LIMIT);
      assertThat(waiting.size()).isZero();
    }
  }

  @Test
  void anOldPlaceToCompactAtIsPassedOver() {
    loop.inbox().offer(new RaftLoop.Compact(9, THREE));
    loop.inbox().offer(new RaftLoop.Compact(10, THREE));
    loop.poll(nowNanos);
    assertThat(storage.snapshot().index()).isEqualTo(10);
    assertThat(storage.firstIndex()).isEqualTo(11);
  }

  /** To raft a batch is applied when all of it is, and until then it may read all of it again. */
  @Test
  void aBatchThatIsBeingAppliedStaysInTheLog() {
    List<Entry> entries = new ArrayList<>();
    for (long index = 11; index <= 2_000; index++) {
      entries.add(Entry.normal(1, index, new byte[1]));
    }
    storage.append(entries);
    loop = start(2_000);
    var batch = (ApplyLoop.Batch) Objects.requireNonNull(apply.take());
    assertThat(batch.entries()).hasSize(1_990);
    loop.inbox().offer(new RaftLoop.Compact(1_500, THREE));
    pass(3 * SECOND); // it campaigns
    assertThat(storage.firstIndex()).isEqualTo(11);
    batch.applied().run();
    loop.inbox().offer(new RaftLoop.Compact(2_000, THREE));
    loop.poll(nowNanos);
    assertThat(storage.firstIndex()).isEqualTo(1_951);
  }
}
