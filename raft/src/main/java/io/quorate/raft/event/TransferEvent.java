package io.quorate.raft.event;

import io.quorate.raft.message.Unsigned;

/** Leadership is handed over (thesis §3.10). */
public sealed interface TransferEvent extends RaftEvent {
  record Started(long id, long term, long transferee) implements TransferEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term "
          + Unsigned.text(term)
          + "] starts to transfer leadership to "
          + RaftEvent.hex(transferee);
    }
  }

  record SentAtOnce(long id, long transferee) implements TransferEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " sends MsgTimeoutNow to "
          + RaftEvent.hex(transferee)
          + " immediately as "
          + RaftEvent.hex(transferee)
          + " already has up-to-date log";
    }
  }

  record SentAfterResponse(long id, long transferee) implements TransferEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " sent MsgTimeoutNow to "
          + RaftEvent.hex(transferee)
          + " after received MsgAppResp";
    }
  }

  record AlreadyInProgress(long id, long term, long transferee) implements TransferEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term "
          + Unsigned.text(term)
          + "] transfer leadership to "
          + RaftEvent.hex(transferee)
          + " is in progress, ignores request to same node "
          + RaftEvent.hex(transferee);
    }
  }

  record PreviousAborted(long id, long term, long transferee) implements TransferEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term "
          + Unsigned.text(term)
          + "] abort previous transferring leadership to "
          + RaftEvent.hex(transferee);
    }
  }

  record ToSelf(long id) implements TransferEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " is already leader. Ignored transferring leadership to self";
    }
  }

  /**
   * @param id the leader's, as in etcd
   */
  record ToLearner(long id) implements TransferEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " is learner. Ignored transferring leadership";
    }
  }

  record TimeoutNowReceived(long id, long term, long from) implements TransferEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term "
          + Unsigned.text(term)
          + "] received MsgTimeoutNow from "
          + RaftEvent.hex(from)
          + " and starts an election to get leadership.";
    }
  }

  record TimeoutNowIgnored(long id, long term, RoleType role, long from) implements TransferEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term "
          + Unsigned.text(term)
          + " state "
          + role
          + "] ignored MsgTimeoutNow from "
          + RaftEvent.hex(from);
    }
  }
}
