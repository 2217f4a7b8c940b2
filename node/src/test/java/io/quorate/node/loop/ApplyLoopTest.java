package io.quorate.node.loop;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendListener;
import io.quorate.backend.BackendOptions;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.mvcc.MvccListener;
import io.quorate.mvcc.MvccOptions;
import io.quorate.node.TestClock;
import io.quorate.node.duty.Versions;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.Snapshot;
import io.quorate.statemachine.ApplyListener;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.StateMachine;
import io.quorate.statemachine.StateMachineOptions;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.request.InternalRequest;
import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.statemachine.request.Put;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** The apply loop by itself: what raft, the log and those who wait are told is in its inboxes. */
class ApplyLoopTest {
  private static final Path FILE = Path.of("/data/db");
  private static final ConfState MEMBERS = ConfState.ofVoters(List.of(1L, 2L));

  private final Clock clock = new TestClock(1);
  private final MemoryDisk disk = new MemoryDisk(1);
  private final Inbox<RaftLoop.Input> raft = new Inbox<>();
  private final Inbox<LogLoop.Task> log = new Inbox<>();
  private final List<Long> answered = new ArrayList<>();
  private final List<String> applied = new ArrayList<>();
  private final List<Boolean> installing = new ArrayList<>();
  private final StateMachine state = stateMachine(disk);
  private final Backend backend = state.stores().backend();
  private ApplyLoop loop = loop(0, 0);

  private ApplyLoop loop(long oldIndex, long oldTerm) {
    return new ApplyLoop(
        new ApplyLoop.Options(1, 10_000, 1 << 30, 0, oldIndex, oldTerm, ConfState.EMPTY),
        state,
        ApplyLoopTest::received,
        id -> true,
        new ApplyEvents() {
          @Override
          public void answered(long requestId, Outcome outcome) {
            answered.add(requestId);
          }

          @Override
          public void installing(boolean underway) {
            installing.add(underway);
          }
        },
        new Inbox<>(),
        raft,
        log,
        Failpoints.NONE,
        NOPLogger.NOP_LOGGER);
  }

  private static Path received(long index) {
    return FILE.resolveSibling(index + ".snap.db");
  }

  private StateMachine stateMachine(MemoryDisk on) {
    on.createDirectories(FILE.getParent());
    return StateMachine.open(
        Backend.open(
            on,
            FILE,
            BackendOptions.DEFAULT.withInitialMapBytes(1 << 22),
            clock,
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER,
            BackendListener.NONE),
        MembershipView.EMPTY,
        new StateMachineOptions(
            1,
            Quota.of(0),
            2,
            false,
            new Membership.Options(1, Versions.SERVER),
            MvccOptions.DEFAULT,
            4),
        clock,
        Failpoints.NONE,
        NOPLogger.NOP_LOGGER,
        ApplyListener.NONE,
        MvccListener.NONE);
  }

  @AfterEach
  void close() {
    state.stores().mvcc().close();
    backend.close();
  }

  private static Entry put(long term, long index) {
    byte[] body = new ProtoWriter().bytes(1, utf8("k" + index)).bytes(2, utf8("v")).toByteArray();
    return Entry.normal(term, index, InternalRequest.encode(100 + index, Put.FIELD, body));
  }

  private static Entry addition(long index, long id) {
    byte[] json = utf8(Member.of(id, List.of("http://" + id + ":1"), false).toJson());
    return new Entry(
        EntryType.CONF_CHANGE,
        1,
        index,
        ConfChangeCodec.encode(new ConfChange(100 + index, ConfChangeType.ADD_NODE, id, json)));
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private void commit(String name, Entry... entries) {
    loop.inbox().offer(new ApplyLoop.Batch(List.of(entries), () -> applied.add(name)));
    loop.poll(0);
  }

  /** A database of another member that has applied {@code index} entries, and its snapshot. */
  private void receive(long index) {
    MemoryDisk other = new MemoryDisk(index);
    StateMachine sender = stateMachine(other);
    for (long i = 1; i <= index; i++) {
      sender.apply(put(1, i), StateMachine.Awaited.NOBODY);
    }
    sender.stores().mvcc().close();
    sender.stores().backend().close();
    disk.put(received(index), other.contents(FILE));
    loop.inbox().offer(new ApplyLoop.Install(new Snapshot(null, MEMBERS, index, 1)));
    loop.poll(0);
  }

  /** The backend's thread and this one get all the time they want. */
  private void settle() {
    for (int i = 0; i < 10; i++) {
      backend.commitLoop().poll(0);
      loop.poll(0);
    }
  }

  /** What raft was asked to change, by node; each is answered. */
  private List<Long> answerChanges() {
    List<Long> nodes = new ArrayList<>();
    for (RaftLoop.Input input = raft.take(); input != null; input = raft.take()) {
      if (input instanceof RaftLoop.ApplyChange change) {
        nodes.add(change.change().nodeId());
        change.applied().accept(MEMBERS);
      }
    }
    loop.poll(0);
    return nodes;
  }

  /** Raft counts the changes that it hands out, and passes over as many as a snapshot overtook. */
  @Test
  void raftHearsOfEveryChangeThatASnapshotOvertook() {
    commit("a", put(1, 1), addition(2, 1), addition(3, 2));
    commit("b", put(1, 4), addition(5, 3));
    receive(6);
    // The first had been asked of raft already.
    assertThat(answerChanges()).containsExactly(1L, 0L, 0L);
    settle();
    assertThat(applied).containsExactly("a", "b");
    assertThat(loop.applied().index()).isEqualTo(6);
    // The answers to them are not taken for those to what follows.
    commit("c", addition(7, 4), put(1, 8));
    assertThat(loop.applied().index()).isEqualTo(6);
    assertThat(answerChanges()).containsExactly(4L);
    assertThat(applied).containsExactly("a", "b", "c");
    assertThat(loop.applied().index()).isEqualTo(8);
  }

  /** Raft refuses the next change as long as the last is not applied to it. */
  @Test
  void whoAskedForAChangeIsAnsweredAfterRaftWasTold() {
    List<Entry> entries = List.of(addition(1, 1), put(1, 2));
    List<Long> before = new ArrayList<>();
    loop.inbox().offer(new ApplyLoop.Batch(entries, () -> before.addAll(answered)));
    loop.poll(0);
    answerChanges();
    assertThat(before).containsExactly(102L);
    assertThat(answered).containsExactly(102L, 101L);
  }

  @Test
  void whatWasInTheLogBeforeTheStartIsNotAnswered() {
    loop = loop(3, 2);
    commit("old", put(1, 1), put(2, 2), put(2, 3));
    commit("new", put(2, 4));
    assertThat(answered).containsExactly(104L);
  }

  /** The tail that this member had alone is gone; at its indexes stands what others wait for. */
  @Test
  void whatALaterLeaderWroteOverTheTailIsAnswered() {
    loop = loop(3, 2);
    commit("old", put(1, 1), put(3, 2), put(3, 3));
    assertThat(answered).containsExactly(102L, 103L);
  }

  /** Raft counts a snapshot as applied once it is durable, and may be sent the next. */
  @Test
  void aSnapshotThatComesWhileAnotherIsInstalledFollowsIt() {
    commit("a", put(1, 1));
    receive(3);
    commit("between", put(1, 4), addition(5, 3));
    receive(6);
    commit("after", put(1, 7));
    assertThat(installing).containsExactly(true);
    assertThat(answerChanges()).containsExactly(0L);
    backend.commitLoop().poll(0);
    loop.poll(0);
    // What was between counts as applied only when the second can be read.
    assertThat(applied).containsExactly("a");
    assertThat(loop.applied().index()).isEqualTo(1);
    settle();
    assertThat(applied).containsExactly("a", "between", "after");
    assertThat(loop.applied().index()).isEqualTo(7);
    assertThat(state.stores().mvcc().revision()).isEqualTo(8);
    assertThat(installing).containsExactly(true, false);
    assertThat(disk.list(FILE.getParent())).containsExactly("db");
    assertThat(raft.take()).isEqualTo(new RaftLoop.Installed(6, MEMBERS));
  }
}
