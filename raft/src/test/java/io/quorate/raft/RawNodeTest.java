package io.quorate.raft;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.function.UnaryOperator;
import org.junit.jupiter.api.Test;

/** Starts, limits, reports and refusals that no transcript covers. */
class RawNodeTest {
  private final List<String> events = new ArrayList<>();
  private final MemoryStorage storage = new MemoryStorage();

  private RawNode node(UnaryOperator<Config.Builder> settings) {
    Config.Builder builder =
        Config.builder(1, storage, new Random(1)).observer(e -> events.add(e.text()));
    return new RawNode(settings.apply(builder).build());
  }

  /** A node that has all of {@code voters} in its snapshot at index 1, term 1. */
  private RawNode member(List<Long> voters, UnaryOperator<Config.Builder> settings) {
    storage.applySnapshot(new Snapshot(null, ConfState.ofVoters(voters), 1, 1));
    return node(settings);
  }

  /** Makes everything durable and applied; returns what was sent. */
  private List<Message> settle(RawNode node) {
    List<Message> sent = new ArrayList<>();
    while (node.hasReady()) {
      Ready ready = node.ready();
      ready.hardState().ifPresent(storage::setHardState);
      ready.snapshot().ifPresent(storage::applySnapshot);
      storage.append(ready.entries());
      sent.addAll(ready.messages());
      sent.addAll(ready.afterAppend());
      for (Entry entry : ready.committed()) {
        if (entry.type() == EntryType.CONF_CHANGE) {
          node.applyConfChange(ConfChangeCodec.decode(entry.data()));
        }
      }
      node.advance();
    }
    return sent;
  }

  /** Leader of term 1 with an empty entry at index 2, acknowledged by 2. */
  private RawNode leaderOf3(UnaryOperator<Config.Builder> settings) {
    RawNode node = member(List.of(1L, 2L, 3L), settings);
    node.campaign();
    settle(node);
    node.step(new Message.VoteResponse(2, 1, 1, false));
    settle(node);
    node.step(Message.AppendResponse.accepted(2, 1, 1, 2));
    settle(node);
    assertThat(node.role()).isEqualTo(RoleType.LEADER);
    return node;
  }

  @Test
  void bootstrapHandsOutItsPeersAsCommittedEntries() {
    RawNode node = node(b -> b);
    node.bootstrap(List.of(new Peer(1, new byte[] {1}), new Peer(2, null)));
    Ready ready = node.ready();
    assertThat(ready.hardState()).contains(new HardState(1, 0, 2));
    assertThat(ready.entries()).hasSize(2).isEqualTo(ready.committed());
    assertThat(ready.mustSync()).isTrue();
    assertThat(events)
        .containsExactly(
            "1 switched to configuration voters=()",
            "1 became follower at term 0",
            "newRaft 1 [peers: [], term: 0, commit: 0, applied: 0, lastindex: 0, lastterm: 0]",
            "1 became follower at term 1",
            "1 switched to configuration voters=(1)",
            "1 switched to configuration voters=(1 2)");
  }

  @Test
  void bootstrapNeedsPeersAndAnEmptyLog() {
    assertThatThrownBy(() -> node(b -> b).bootstrap(List.of()))
        .isInstanceOf(RaftException.NoPeers.class)
        .hasMessage("must provide at least one peer to Bootstrap");
    RawNode old = member(List.of(1L), b -> b);
    assertThatThrownBy(() -> old.bootstrap(List.of(new Peer(1, null))))
        .isInstanceOf(RaftException.StorageNotEmpty.class)
        .hasMessage("can't bootstrap a nonempty Storage");
  }

  @Test
  void aSoleVoterCampaignsAtOnceIfConfigured() {
    RawNode node = node(b -> b.soleVoterCampaigns(true).preVote(true));
    node.bootstrap(List.of(new Peer(1, null)));
    assertThat(node.role()).as("its own coming is not applied yet").isEqualTo(RoleType.FOLLOWER);
    settle(node);
    assertThat(node.role()).isEqualTo(RoleType.LEADER);
    RawNode again = node(b -> b.soleVoterCampaigns(true));
    settle(again);
    assertThat(again.role()).as("after a restart").isEqualTo(RoleType.LEADER);
  }

  @Test
  void otherwiseItWaitsForItsTimer() {
    RawNode node = node(b -> b.electionTicks(10));
    node.bootstrap(List.of(new Peer(1, null)));
    settle(node);
    for (int i = 0; i < 9; i++) {
      node.tick();
    }
    assertThat(node.role()).isEqualTo(RoleType.FOLLOWER);
    for (int i = 0; i < 10; i++) {
      node.tick();
      settle(node);
    }
    assertThat(node.role()).isEqualTo(RoleType.LEADER);
  }

  @Test
  void aRestartContinuesFromTheHardState() {
    storage.append(List.of(Entry.normal(1, 1, null), Entry.normal(2, 2, null)));
    storage.setHardState(new HardState(3, 2, 1));
    RawNode node = node(b -> b);
    assertThat(node.term()).isEqualTo(3);
    assertThat(node.status().hardState()).isEqualTo(new HardState(3, 2, 1));
    assertThat(node.ready().committed()).containsExactly(Entry.normal(1, 1, null));
  }

  @Test
  void aHardStateBeyondTheLogIsABrokenPromise() {
    storage.setHardState(new HardState(3, 2, 7));
    assertThatThrownBy(() -> node(b -> b))
        .isInstanceOf(AssertionError.class)
        .hasMessage("1 state.commit 7 is out of range [0, 0]");
  }

  @Test
  void doesNotCampaignWithUnappliedChanges() {
    RawNode node = node(b -> b);
    node.bootstrap(List.of(new Peer(1, null)));
    node.campaign();
    assertThat(events.getLast())
        .isEqualTo(
            "1 cannot campaign at term 1 since there are still pending configuration changes to"
                + " apply");
  }

  @Test
  void refusesLocalMessagesAndUnknownResponders() {
    RawNode node = member(List.of(1L, 2L), b -> b);
    assertThatThrownBy(() -> node.step(new Message.Hup(2, 1)))
        .isInstanceOf(RaftException.LocalMessage.class)
        .hasMessage("raft: cannot step raft local message");
    assertThatThrownBy(() -> node.step(new Message.VoteResponse(9, 1, 1, false)))
        .isInstanceOf(RaftException.PeerNotFound.class)
        .hasMessage("raft: cannot step as peer not found");
    assertThatThrownBy(() -> node.propose(new byte[] {1}))
        .isInstanceOf(RaftException.ProposalDropped.class)
        .hasMessage("raft proposal dropped");
  }

  @Test
  void aPreVoteOfALowerTermIsRejectedWithOurs() {
    storage.setHardState(new HardState(5, 0, 0));
    RawNode node = node(b -> b.preVote(true));
    node.step(new Message.PreVote(2, 1, 3, new EntryId(1, 1), false));
    assertThat(settle(node)).containsExactly(new Message.PreVoteResponse(1, 2, 5, true));
  }

  @Test
  void messagesAreCutAtTheirSizeLimit() {
    // Each entry takes 6 bytes and its data 2 + 10.
    RawNode node = leaderOf3(b -> b.maxMessageBytes(40));
    List<Message> sent = new ArrayList<>();
    for (int i = 0; i < 5; i++) {
      node.propose(new byte[10]);
    }
    settle(node);
    // 3 was probed with the empty entry alone; everything behind it goes out now, in pairs.
    node.step(Message.AppendResponse.accepted(3, 1, 1, 2));
    sent.addAll(settle(node));
    assertThat(sent)
        .filteredOn(m -> m instanceof Message.Append && m.to() == 3)
        .extracting(m -> ((Message.Append) m).entries().size())
        .containsExactly(2, 2, 1);
  }

  @Test
  void tooMuchUncommittedIsDropped() {
    RawNode node = leaderOf3(b -> b.maxUncommittedBytes(10));
    node.propose(new byte[100]);
    assertThatThrownBy(() -> node.propose(new byte[1]))
        .isInstanceOf(RaftException.ProposalDropped.class);
    assertThat(events.getLast())
        .isEqualTo(
            "1 appending new entries to log would exceed uncommitted entry size limit; dropping"
                + " proposal");
    node.propose(new byte[0]);
    settle(node);
    node.step(Message.AppendResponse.accepted(2, 1, 1, 4));
    settle(node);
    node.propose(new byte[1]);
  }

  @Test
  void aHeartbeatLowersWhatThePeerIsThoughtToKnow() {
    RawNode node = leaderOf3(b -> b);
    node.step(Message.AppendResponse.accepted(3, 1, 1, 2));
    settle(node);
    node.propose(new byte[1]);
    settle(node);
    node.step(Message.AppendResponse.accepted(2, 1, 1, 3));
    settle(node);
    node.tick();
    assertThat(settle(node)).contains(new Message.Heartbeat(1, 3, 1, 2, null));
    node.step(Message.AppendResponse.accepted(3, 1, 1, 3));
    assertThat(settle(node))
        .as("the commit index is sent again")
        .containsExactly(new Message.Append(1, 3, 1, new EntryId(1, 3), List.of(), 3));
  }

  @Test
  void transfersWaitForThePeerToCatchUpAndBlockProposals() {
    RawNode node = leaderOf3(b -> b);
    node.transferLeader(3);
    assertThatThrownBy(() -> node.propose(new byte[1]))
        .isInstanceOf(RaftException.ProposalDropped.class);
    assertThat(node.status().leadTransferee()).isEqualTo(3);
    node.step(Message.AppendResponse.accepted(3, 1, 1, 2));
    assertThat(settle(node)).contains(new Message.TimeoutNow(1, 3, 1));
    for (int i = 0; i < 10; i++) {
      node.tick();
    }
    assertThat(node.status().leadTransferee()).as("given up").isZero();
    node.propose(new byte[1]);
  }

  @Test
  void anotherTransferReplacesTheFirst() {
    RawNode node = leaderOf3(b -> b);
    node.transferLeader(3);
    node.transferLeader(3);
    node.transferLeader(2);
    assertThat(events)
        .endsWith(
            "1 [term 1] starts to transfer leadership to 3",
            "1 [term 1] transfer leadership to 3 is in progress, ignores request to same node 3",
            "1 [term 1] abort previous transferring leadership to 3",
            "1 [term 1] starts to transfer leadership to 2",
            "1 sends MsgTimeoutNow to 2 immediately as 2 already has up-to-date log");
  }

  @Test
  void snapshotsThatFailAreFollowedByProbing() {
    RawNode node = leaderOf3(b -> b);
    storage.createSnapshot(2, ConfState.ofVoters(List.of(1L, 2L, 3L)), null);
    storage.compact(2);
    node.step(Message.AppendResponse.rejected(3, 1, 1, 1, EntryId.NONE));
    assertThat(settle(node)).hasAtLeastOneElementOfType(Message.InstallSnapshot.class);
    node.reportSnapshot(3, false);
    assertThat(events.getLast())
        .isEqualTo(
            "1 snapshot failed, resumed sending replication messages to 3 [StateProbe match=0"
                + " next=1]");
    assertThat(node.status().progress().get(3L)).hasToString("StateProbe match=0 next=1 paused");
  }

  @Test
  void leasesAnswerReadsAtOnce() {
    RawNode node = leaderOf3(b -> b.checkQuorum(true).readOnlyOption(ReadOnlyOption.LEASE_BASED));
    node.readIndex(new byte[] {7});
    assertThat(node.ready().readStates()).containsExactly(new ReadState(2, new byte[] {7}));
  }

  @Test
  void asynchronousWritesAnswerThroughTheirCompletions() {
    storage.applySnapshot(new Snapshot(null, ConfState.ofVoters(List.of(1L)), 1, 1));
    RawNode node = node(b -> b.asyncStorageWrites(true));
    node.campaign();
    for (int i = 0; i < 10 && node.hasReady(); i++) {
      Ready ready = node.ready();
      assertThat(ready.afterAppend()).isEmpty();
      ready
          .storageAppend()
          .ifPresent(write -> {
            storage.append(write.entries());
            assertThat(node.appended(write)).isEmpty();
          });
      ready.storageApply().ifPresent(node::applied);
    }
    assertThat(node.role()).isEqualTo(RoleType.LEADER);
    assertThat(node.applied()).isEqualTo(2);
    assertThatThrownBy(node::advance)
        .hasMessage("Advance must not be called when using AsyncStorageWrites");
  }

  @Test
  void aReadyIsFinishedBeforeTheNext() {
    RawNode node = member(List.of(1L), b -> b);
    node.campaign();
    node.ready();
    assertThatThrownBy(node::ready)
        .isInstanceOf(AssertionError.class)
        .hasMessage("two accepted Ready structs without call to Advance");
  }

  @Test
  void theStatusAsJson() {
    assertThat(leaderOf3(b -> b).status().toJson())
        .isEqualTo(
            "{\"id\":\"1\",\"term\":1,\"vote\":\"1\",\"commit\":2,\"lead\":\"1\","
                + "\"raftState\":\"StateLeader\",\"applied\":2,\"progress\":{"
                + "\"1\":{\"match\":2,\"next\":3,\"state\":\"StateReplicate\"},"
                + "\"2\":{\"match\":2,\"next\":3,\"state\":\"StateReplicate\"},"
                + "\"3\":{\"match\":0,\"next\":2,\"state\":\"StateProbe\"}},"
                + "\"leadtransferee\":\"0\"}");
  }

  @Test
  void configurationsThatDoNotFitAreRefusedInEtcdsWords() {
    assertThatThrownBy(() -> Config.builder(0, storage, new Random()).build())
        .hasMessage("cannot use none as id");
    assertThatThrownBy(() -> Config.builder(-1, storage, new Random()).build())
        .hasMessage("cannot use local target as id");
    assertThatThrownBy(() -> node(b -> b.heartbeatTicks(0)))
        .hasMessage("heartbeat tick must be greater than 0");
    assertThatThrownBy(() -> node(b -> b.electionTicks(1)))
        .hasMessage("election tick must be greater than heartbeat tick");
    assertThatThrownBy(() -> node(b -> b.maxInflightMessages(0)))
        .hasMessage("max inflight messages must be greater than 0");
    assertThatThrownBy(() -> node(b -> b.maxMessageBytes(10).maxInflightBytes(5)))
        .hasMessage("max inflight bytes must be >= max message size");
    assertThatThrownBy(() -> node(b -> b.readOnlyOption(ReadOnlyOption.LEASE_BASED)))
        .hasMessage("CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased");
  }
}
