package io.quorate.raft.event;

import io.quorate.raft.confchange.Configuration;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Unsigned;
import java.util.stream.Collectors;

/** Nodes start, and their configurations change (thesis §4). */
public sealed interface ConfigurationEvent extends RaftEvent {
  record Started(
      long id, Configuration configuration, HardState hardState, long applied, EntryId last)
      implements ConfigurationEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "newRaft "
          + RaftEvent.hex(id)
          + " [peers: ["
          + peers()
          + "], term: "
          + Unsigned.text(hardState.term())
          + ", commit: "
          + Unsigned.text(hardState.commit())
          + ", applied: "
          + Unsigned.text(applied)
          + ", lastindex: "
          + Unsigned.text(last.index())
          + ", lastterm: "
          + Unsigned.text(last.term())
          + "]";
    }

    private String peers() {
      return configuration.incoming().toList().stream()
          .map(Long::toHexString)
          .collect(Collectors.joining(","));
    }
  }

  record Switched(long id, Configuration configuration) implements ConfigurationEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " switched to configuration " + configuration;
    }
  }

  record ChangeIgnored(long id, String change, Configuration configuration, String reason)
      implements ConfigurationEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " ignoring conf change "
          + change
          + " at config "
          + configuration
          + ": "
          + reason;
    }
  }

  record AutoLeaveProposed(Configuration configuration) implements ConfigurationEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "initiating automatic transition out of joint configuration " + configuration;
    }
  }

  record AutoLeaveRefused(Configuration configuration, String reason)
      implements ConfigurationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return "not initiating automatic transition out of joint configuration "
          + configuration
          + ": "
          + reason;
    }
  }

  /**
   * Told by who drives a node, when a Ready shows another leader than the last.
   *
   * @param before 0 for none
   * @param now 0 for none
   */
  record LeaderChanged(long id, long before, long now, long term) implements ConfigurationEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      if (now == 0) {
        return "raft.node: "
            + RaftEvent.hex(id)
            + " lost leader "
            + RaftEvent.hex(before)
            + " at term "
            + Unsigned.text(term);
      }
      return before == 0
          ? "raft.node: "
              + RaftEvent.hex(id)
              + " elected leader "
              + RaftEvent.hex(now)
              + " at term "
              + Unsigned.text(term)
          : "raft.node: "
              + RaftEvent.hex(id)
              + " changed leader from "
              + RaftEvent.hex(before)
              + " to "
              + RaftEvent.hex(now)
              + " at term "
              + Unsigned.text(term);
    }
  }
}
