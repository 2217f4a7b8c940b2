package io.quorate.raft.role;

import io.quorate.raft.event.ElectionEvent;
import io.quorate.raft.message.MessageType;
import io.quorate.raft.quorum.Ballots.Ballot;
import io.quorate.raft.quorum.IdSet;
import io.quorate.raft.quorum.VoteResult;

/** The answers to one campaign. The first answer of a node counts. */
final class Votes {
  private final Core core;
  private IdSet granted = IdSet.EMPTY;
  private IdSet rejected = IdSet.EMPTY;

  Votes(Core core) {
    this.core = core;
  }

  /** Counts an answer, and says how the campaign stands. */
  VoteResult count(MessageType type, long from, boolean reject) {
    core.observe(new ElectionEvent.VoteReceived(core.id(), type, from, core.term(), reject));
    if (of(from) == Ballot.MISSING) {
      granted = reject ? granted : granted.with(from);
      rejected = reject ? rejected.with(from) : rejected;
    }
    IdSet voters = core.configuration().voters();
    core.observe(
        new ElectionEvent.VotesCounted(
            core.id(), commonCount(granted, voters), type, commonCount(rejected, voters)));
    return core.quorum().vote(this::of);
  }

  private Ballot of(long id) {
    if (granted.contains(id)) {
      return Ballot.YES;
    }
    return rejected.contains(id) ? Ballot.NO : Ballot.MISSING;
  }

  private static int commonCount(IdSet a, IdSet b) {
    return (a.size() + b.size() - a.differenceCount(b)) / 2;
  }
}
