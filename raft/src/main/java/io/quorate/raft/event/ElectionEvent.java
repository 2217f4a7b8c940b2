package io.quorate.raft.event;

import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.MessageType;
import io.quorate.raft.message.Unsigned;

/** Roles change: campaigns, votes, leases (thesis §3.4, §9.6). */
public sealed interface ElectionEvent extends RaftEvent {
  record RoleChanged(long id, RoleType role, long term) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " became " + roleName() + " at term " + Unsigned.text(term);
    }

    private String roleName() {
      return switch (role) {
        case FOLLOWER -> "follower";
        case PRE_CANDIDATE -> "pre-candidate";
        case CANDIDATE -> "candidate";
        case LEADER -> "leader";
      };
    }
  }

  record ElectionStarted(long id, long term) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " is starting a new election at term " + Unsigned.text(term);
    }
  }

  record AlreadyLeader(long id) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " ignoring MsgHup because already leader";
    }
  }

  record Unpromotable(long id) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.WARN;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " is unpromotable and can not campaign";
    }
  }

  record ChangesPending(long id, long term) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.WARN;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " cannot campaign at term "
          + Unsigned.text(term)
          + " since there are still pending configuration changes to apply";
    }
  }

  record VoteRequested(long id, EntryId last, MessageType type, long to, long term)
      implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [logterm: "
          + Unsigned.text(last.term())
          + ", index: "
          + Unsigned.text(last.index())
          + "] sent "
          + type
          + " request to "
          + RaftEvent.hex(to)
          + " at term "
          + Unsigned.text(term);
    }
  }

  record VoteReceived(long id, MessageType type, long from, long term, boolean reject)
      implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " received "
          + type
          + (reject ? " rejection" : "")
          + " from "
          + RaftEvent.hex(from)
          + " at term "
          + Unsigned.text(term);
    }
  }

  record VotesCounted(long id, int granted, MessageType type, int rejected)
      implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " has received "
          + granted
          + " "
          + type
          + " votes and "
          + rejected
          + " vote rejections";
    }
  }

  record VoteCast(VoteRequest request) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return request.voter() + " cast " + request.type() + " for " + request.candidate();
    }
  }

  record VoteRejected(VoteRequest request) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return request.voter() + " rejected " + request.type() + " from " + request.candidate();
    }
  }

  /**
   * @param remainingTicks of the lease of the leader we hear
   */
  record VoteIgnored(VoteRequest request, int remainingTicks) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return request.voter()
          + " ignored "
          + request.type()
          + " from "
          + request.candidate()
          + ": lease is not expired (remaining ticks: "
          + remainingTicks
          + ")";
    }
  }

  record QuorumInactive(long id) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.WARN;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " stepped down to follower since quorum is not active";
    }
  }

  record LeaderForgotten(long id, long leader, long term) implements ElectionEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " forgetting leader "
          + RaftEvent.hex(leader)
          + " at term "
          + Unsigned.text(term);
    }
  }

  record ForgettingRefused() implements ElectionEvent {
    @Override
    public Level level() {
      return Level.ERROR;
    }

    @Override
    public String text() {
      return "ignoring MsgForgetLeader due to ReadOnlyLeaseBased";
    }
  }

  /**
   * Who was asked for a vote, by whom.
   *
   * @param own the last entry of the one who is asked
   * @param vote whom it has voted for in {@code term}
   * @param last the candidate's last entry
   */
  record VoteRequest(
      long id, EntryId own, long vote, MessageType type, long from, EntryId last, long term) {
    private String voter() {
      return RaftEvent.hex(id)
          + " [logterm: "
          + Unsigned.text(own.term())
          + ", index: "
          + Unsigned.text(own.index())
          + ", vote: "
          + RaftEvent.hex(vote)
          + "]";
    }

    private String candidate() {
      return RaftEvent.hex(from)
          + " [logterm: "
          + Unsigned.text(last.term())
          + ", index: "
          + Unsigned.text(last.index())
          + "] at term "
          + Unsigned.text(term);
    }
  }
}
