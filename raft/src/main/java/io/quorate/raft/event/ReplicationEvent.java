package io.quorate.raft.event;

import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Unsigned;
import io.quorate.raft.progress.ProgressView;

/** A leader and what its followers tell it (thesis §3.5, §5.1). */
public sealed interface ReplicationEvent extends RaftEvent {
  /**
   * @param own our term at that index, 0 if unknown
   */
  record AppendRejected(long id, EntryId own, EntryId previous, long from)
      implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [logterm: "
          + Unsigned.text(own.term())
          + ", index: "
          + Unsigned.text(own.index())
          + "] rejected MsgApp [logterm: "
          + Unsigned.text(previous.term())
          + ", index: "
          + Unsigned.text(previous.index())
          + "] from "
          + RaftEvent.hex(from);
    }
  }

  record RejectionReceived(long id, EntryId hint, long from, long index)
      implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " received MsgAppResp(rejected, hint: (index "
          + Unsigned.text(hint.index())
          + ", term "
          + Unsigned.text(hint.term())
          + ")) from "
          + RaftEvent.hex(from)
          + " for index "
          + Unsigned.text(index);
    }
  }

  record ProgressDecreased(long id, long peer, ProgressView progress) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " decreased progress of "
          + RaftEvent.hex(peer)
          + " to ["
          + progress
          + "]";
    }
  }

  record SnapshotSent(
      long id, long firstIndex, long commit, EntryId snapshot, long to, ProgressView progress)
      implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [firstindex: "
          + Unsigned.text(firstIndex)
          + ", commit: "
          + Unsigned.text(commit)
          + "] sent snapshot[index: "
          + Unsigned.text(snapshot.index())
          + ", term: "
          + Unsigned.text(snapshot.term())
          + "] to "
          + RaftEvent.hex(to)
          + " ["
          + progress
          + "]";
    }
  }

  record Paused(long id, long peer, ProgressView progress) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " paused sending replication messages to "
          + RaftEvent.hex(peer)
          + " ["
          + progress
          + "]";
    }
  }

  record PeerInactive(long peer) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return "ignore sending snapshot to "
          + RaftEvent.hex(peer)
          + " since it is not recently active";
    }
  }

  record SnapshotUnavailable(long id, long peer) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " failed to send snapshot to "
          + RaftEvent.hex(peer)
          + " because snapshot is temporarily unavailable";
    }
  }

  record Recovered(long id, long peer, ProgressView progress) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " recovered from needing snapshot, resumed sending replication messages to "
          + RaftEvent.hex(peer)
          + " ["
          + progress
          + "]";
    }
  }

  record SnapshotSucceeded(long id, long peer, ProgressView progress) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " snapshot succeeded, resumed sending replication messages to "
          + RaftEvent.hex(peer)
          + " ["
          + progress
          + "]";
    }
  }

  record SnapshotFailed(long id, long peer, ProgressView progress) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " snapshot failed, resumed sending replication messages to "
          + RaftEvent.hex(peer)
          + " ["
          + progress
          + "]";
    }
  }

  record PeerUnreachable(long id, long peer, ProgressView progress) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " failed to send message to "
          + RaftEvent.hex(peer)
          + " because it is unreachable ["
          + progress
          + "]";
    }
  }

  record NoProgress(long id, long peer) implements ReplicationEvent {
    @Override
    public Level level() {
      return Level.DEBUG;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id) + " no progress available for " + RaftEvent.hex(peer);
    }
  }
}
