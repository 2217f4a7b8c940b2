package io.quorate.raft;

import io.quorate.raft.event.RoleType;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Message;
import java.util.List;

/**
 * One node: messages, ticks and requests in, {@link Ready} out. No thread, clock, file or socket of
 * its own; all calls from one thread.
 *
 * <p>The loop around it, with asynchronous storage writes: step what came in, tick when it is time,
 * then {@code while (node.hasReady())} take a {@link Ready} and serve it as described there.
 */
@SuppressWarnings({"DoNotCallSuggester", "UnusedVariable"})
public final class RawNode {

  /**
   * A node that continues from what {@code config.storage()} holds, or starts empty.
   *
   * @throws AssertionError if the stored state contradicts itself
   */
  public RawNode(Config config) {
    throw new UnsupportedOperationException();
  }

  /**
   * A new cluster: its first entries add {@code peers}, in this order, and count as committed.
   *
   * @throws RaftException.NoPeers without any
   * @throws RaftException.StorageNotEmpty if the node has run before
   */
  public void bootstrap(List<Peer> peers) {
    throw new UnsupportedOperationException();
  }

  /** Time passes: {@link Config#heartbeatTicks} and {@link Config#electionTicks} count these. */
  public void tick() {
    throw new UnsupportedOperationException();
  }

  /** Starts an election, unless this node leads or may not. */
  public void campaign() {
    throw new UnsupportedOperationException();
  }

  /**
   * Appends an entry here or, forwarded, at the leader.
   *
   * @throws RaftException.ProposalDropped if that is known to fail; else nobody tells
   */
  public void propose(byte[] data) {
    throw new UnsupportedOperationException();
  }

  /**
   * Proposes a change. One that does not fit the configuration becomes an empty entry, silently.
   *
   * @throws RaftException.ProposalDropped as {@link #propose}
   */
  public void proposeConfChange(ConfChange change) {
    throw new UnsupportedOperationException();
  }

  /**
   * Proposes a change. One that does not fit the configuration becomes an empty entry, silently.
   *
   * @throws RaftException.ProposalDropped as {@link #propose}
   */
  public void proposeConfChange(ConfChangeV2 change) {
    throw new UnsupportedOperationException();
  }

  /**
   * A committed change is applied. To be called exactly once for every such entry, in order, also
   * where the application refuses it: then with node id 0.
   *
   * @throws AssertionError if it cannot be made
   */
  public ConfState applyConfChange(ConfChange change) {
    throw new UnsupportedOperationException();
  }

  /** As {@link #applyConfChange(ConfChange)}. */
  public ConfState applyConfChange(ConfChangeV2 change) {
    throw new UnsupportedOperationException();
  }

  /**
   * A message has come.
   *
   * @throws RaftException.LocalMessage if it is of a kind that never comes from outside
   * @throws RaftException.PeerNotFound if it is a response of a node that we do not know
   * @throws RaftException.ProposalDropped as {@link #propose}
   */
  public void step(Message message) {
    throw new UnsupportedOperationException();
  }

  /** Whether {@link #ready} would hold anything. */
  public boolean hasReady() {
    throw new UnsupportedOperationException();
  }

  /**
   * What is to be done now. The caller has accepted it.
   *
   * @throws AssertionError if the last one has not been advanced past (synchronous mode)
   */
  public Ready ready() {
    throw new UnsupportedOperationException();
  }

  /** The last {@link Ready} is done. Synchronous mode only. */
  public void advance() {
    throw new UnsupportedOperationException();
  }

  /**
   * A write is durable, and storage has it. Asynchronous mode only.
   *
   * @return the messages that waited for it and may leave now
   */
  public List<Message> appended(Message.StorageAppend write) {
    throw new UnsupportedOperationException();
  }

  /** A batch is applied. Asynchronous mode only. */
  public void applied(Message.StorageApply batch) {
    throw new UnsupportedOperationException();
  }

  /** The transport failed to send to {@code id}. */
  public void reportUnreachable(long id) {
    throw new UnsupportedOperationException();
  }

  /** A snapshot sent to {@code id} has arrived, or failed. Must be told one or the other. */
  public void reportSnapshot(long id, boolean arrived) {
    throw new UnsupportedOperationException();
  }

  /** Hands leadership to {@code transferee}, through the leader if that is another. */
  public void transferLeader(long transferee) {
    throw new UnsupportedOperationException();
  }

  /** Follows nobody until somebody leads again. */
  public void forgetLeader() {
    throw new UnsupportedOperationException();
  }

  /**
   * Asks which index a linearizable read needs. The answer comes as a {@link ReadState}, or never:
   * then ask again.
   *
   * @param context tells answers apart; must be unique, also among those of earlier runs
   */
  public void readIndex(byte[] context) {
    throw new UnsupportedOperationException();
  }

  public Status status() {
    throw new UnsupportedOperationException();
  }

  public long id() {
    throw new UnsupportedOperationException();
  }

  public long term() {
    throw new UnsupportedOperationException();
  }

  /** Who leads; 0 for nobody. */
  public long leader() {
    throw new UnsupportedOperationException();
  }

  public RoleType role() {
    throw new UnsupportedOperationException();
  }

  public long committed() {
    throw new UnsupportedOperationException();
  }

  public long applied() {
    throw new UnsupportedOperationException();
  }

  public ConfState confState() {
    throw new UnsupportedOperationException();
  }
}
