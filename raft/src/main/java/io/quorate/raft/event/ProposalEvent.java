package io.quorate.raft.event;

import io.quorate.raft.message.Unsigned;

/** Requests that nobody takes. */
public sealed interface ProposalEvent extends RaftEvent {
  /**
   * @param dropped what kind of request
   */
  record NoLeader(long id, long term, String dropped) implements ProposalEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " no leader at term "
          + Unsigned.text(term)
          + "; dropping "
          + dropped;
    }
  }

  record NotForwarded(long id, long leader, long term) implements ProposalEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " not forwarding to leader "
          + RaftEvent.hex(leader)
          + " at term "
          + Unsigned.text(term)
          + "; dropping proposal";
    }
  }

  record TransferInProgress(long id, long term, long transferee) implements ProposalEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term "
          + Unsigned.text(term)
          + "] transfer leadership to "
          + RaftEvent.hex(transferee)
          + " is in progress; dropping proposal";
    }
  }

  record LimitExceeded(long id) implements ProposalEvent {
    @Override
    public Level level() {
      return Level.WARN;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " appending new entries to log would exceed uncommitted entry size limit; dropping proposal";
    }
  }

  record InvalidReadResponse(long id, long from, int entryCount) implements ProposalEvent {
    @Override
    public Level level() {
      return Level.ERROR;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " invalid format of MsgReadIndexResp from "
          + RaftEvent.hex(from)
          + ", entries count: "
          + entryCount;
    }
  }

  record ReadReleasedTooEarly() implements ProposalEvent {
    @Override
    public Level level() {
      return Level.ERROR;
    }

    @Override
    public String text() {
      return "pending MsgReadIndex should be released only after first commit in current term";
    }
  }
}
