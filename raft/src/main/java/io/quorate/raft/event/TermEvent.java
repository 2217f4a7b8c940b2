package io.quorate.raft.event;

import io.quorate.raft.message.MessageType;
import io.quorate.raft.message.Unsigned;

/** Messages of other terms than ours (thesis §3.3). */
public sealed interface TermEvent extends RaftEvent {
  record HigherTerm(long id, long term, MessageType type, long from, long messageTerm)
      implements TermEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term: "
          + Unsigned.text(term)
          + "] received a "
          + type
          + " message with higher term from "
          + RaftEvent.hex(from)
          + " [term: "
          + Unsigned.text(messageTerm)
          + "]";
    }
  }

  record LowerTerm(long id, long term, MessageType type, long from, long messageTerm)
      implements TermEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term: "
          + Unsigned.text(term)
          + "] ignored a "
          + type
          + " message with lower term from "
          + RaftEvent.hex(from)
          + " [term: "
          + Unsigned.text(messageTerm)
          + "]";
    }
  }

  record LowerTermWrite(long id, long term, MessageType type, long messageTerm)
      implements TermEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [term: "
          + Unsigned.text(term)
          + "] ignored entry appends from a "
          + type
          + " message with lower term [term: "
          + Unsigned.text(messageTerm)
          + "]";
    }
  }
}
