package io.quorate.raft.role;

import io.quorate.raft.event.ElectionEvent;
import io.quorate.raft.event.ElectionEvent.VoteRequest;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.MessageType;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Unsigned;
import io.quorate.raft.quorum.IdSet;

/** Campaigning, and being asked for votes, which is alike in all roles (thesis §3.4, §9.6). */
final class Elections {
  private final Core core;

  Elections(Core core) {
    this.core = core;
  }

  /** Whether this node may stand for election. */
  boolean isPromotable() {
    return core.configuration().isVoter(core.id()) && !core.log().hasUnstableSnapshot();
  }

  /** The timer ran out, or somebody wants an election. */
  void campaign(boolean transfer) {
    if (core.role() instanceof Leader) {
      core.observe(new ElectionEvent.AlreadyLeader(core.id()));
      return;
    }
    if (!isPromotable()) {
      core.observe(new ElectionEvent.Unpromotable(core.id()));
      return;
    }
    if (hasUnappliedChange()) {
      // Committed, but we do not act on it yet: we would count the wrong quorum.
      core.observe(new ElectionEvent.ChangesPending(core.id(), core.term()));
      return;
    }
    core.observe(new ElectionEvent.ElectionStarted(core.id(), core.term()));
    // A transfer was wished for by the leader: no need to ask whether anybody would mind.
    if (core.config().preVote() && !transfer) {
      preCampaign();
    } else {
      campaignForReal(transfer);
    }
  }

  boolean hasUnappliedChange() {
    return core.log().anyUnapplied(Elections::isChange);
  }

  static boolean isChange(Entry entry) {
    return entry.type() != EntryType.NORMAL;
  }

  private void preCampaign() {
    core.becomePreCandidate();
    long id = core.id();
    long wanted = core.term() + 1;
    EntryId last = core.log().last();
    IdSet voters = core.configuration().voters();
    for (int i = 0; i < voters.size(); i++) {
      long voter = voters.get(i);
      if (voter == id) {
        core.outbox().sendAfterAppend(new Message.PreVoteResponse(id, id, wanted, false));
      } else {
        core.observe(
            new ElectionEvent.VoteRequested(id, last, MessageType.PRE_VOTE, voter, core.term()));
        core.outbox().send(new Message.PreVote(id, voter, wanted, last, false));
      }
    }
  }

  void campaignForReal(boolean transfer) {
    core.becomeCandidate();
    long id = core.id();
    EntryId last = core.log().last();
    IdSet voters = core.configuration().voters();
    for (int i = 0; i < voters.size(); i++) {
      long voter = voters.get(i);
      if (voter == id) {
        // Our own vote counts when it is durable, as anybody's.
        core.outbox().sendAfterAppend(new Message.VoteResponse(id, id, core.term(), false));
      } else {
        core.observe(
            new ElectionEvent.VoteRequested(id, last, MessageType.VOTE, voter, core.term()));
        core.outbox().send(new Message.Vote(id, voter, core.term(), last, transfer));
      }
    }
  }

  /**
   * Whether a request for a vote in a later term is to be ignored, since we hear a leader. Keeps
   * nodes that were cut off or removed from disturbing the rest (thesis §4.2.3).
   */
  boolean isProtectedByLease(VoteRequest request, boolean transfer) {
    int electionTicks = core.config().electionTicks();
    if (transfer
        || !core.config().checkQuorum()
        || core.leader() == NodeId.NONE
        || core.electionElapsed() >= electionTicks) {
      return false;
    }
    core.observe(new ElectionEvent.VoteIgnored(request, electionTicks - core.electionElapsed()));
    return true;
  }

  void consider(Message.Vote vote) {
    VoteRequest request = request(vote, vote.last());
    boolean granted = canVoteFor(vote.from()) && core.log().isUpToDate(vote.last());
    answer(request, granted);
    long term = granted ? vote.term() : core.term();
    core.outbox().sendAfterAppend(new Message.VoteResponse(core.id(), vote.from(), term, !granted));
    if (granted) {
      core.voteFor(vote.from());
    }
  }

  /** Promises nothing: any number of nodes may get a pre-vote. */
  void consider(Message.PreVote vote) {
    VoteRequest request = request(vote, vote.last());
    boolean ofLaterTerm = Unsigned.less(core.term(), vote.term());
    boolean granted =
        (ofLaterTerm || canVoteFor(vote.from())) && core.log().isUpToDate(vote.last());
    answer(request, granted);
    long term = granted ? vote.term() : core.term();
    core.outbox()
        .sendAfterAppend(new Message.PreVoteResponse(core.id(), vote.from(), term, !granted));
  }

  private boolean canVoteFor(long candidate) {
    return core.vote() == candidate || (core.vote() == NodeId.NONE && core.leader() == NodeId.NONE);
  }

  private void answer(VoteRequest request, boolean granted) {
    core.observe(
        granted ? new ElectionEvent.VoteCast(request) : new ElectionEvent.VoteRejected(request));
  }

  VoteRequest request(Message message, EntryId last) {
    return new VoteRequest(
        core.id(),
        core.log().last(),
        core.vote(),
        message.type(),
        message.from(),
        last,
        core.term());
  }
}
