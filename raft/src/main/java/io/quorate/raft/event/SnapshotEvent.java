package io.quorate.raft.event;

import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Unsigned;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A follower is offered a snapshot (thesis §5). */
public sealed interface SnapshotEvent extends RaftEvent {
  record LogRestored(long id, long commit, EntryId last, EntryId snapshot)
      implements SnapshotEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [commit: "
          + Unsigned.text(commit)
          + ", lastindex: "
          + Unsigned.text(last.index())
          + ", lastterm: "
          + Unsigned.text(last.term())
          + "] restored snapshot [index: "
          + Unsigned.text(snapshot.index())
          + ", term: "
          + Unsigned.text(snapshot.term())
          + "]";
    }
  }

  record Restored(long id, long commit, EntryId snapshot) implements SnapshotEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [commit: "
          + Unsigned.text(commit)
          + "] restored snapshot [index: "
          + Unsigned.text(snapshot.index())
          + ", term: "
          + Unsigned.text(snapshot.term())
          + "]";
    }
  }

  record Ignored(long id, long commit, EntryId snapshot) implements SnapshotEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [commit: "
          + Unsigned.text(commit)
          + "] ignored snapshot [index: "
          + Unsigned.text(snapshot.index())
          + ", term: "
          + Unsigned.text(snapshot.term())
          + "]";
    }
  }

  /**
   * @param commit the commit index of before
   */
  record FastForwarded(long id, long commit, EntryId last, EntryId snapshot)
      implements SnapshotEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " [commit: "
          + Unsigned.text(commit)
          + ", lastindex: "
          + Unsigned.text(last.index())
          + ", lastterm: "
          + Unsigned.text(last.term())
          + "] fast-forwarded commit to snapshot [index: "
          + Unsigned.text(snapshot.index())
          + ", term: "
          + Unsigned.text(snapshot.term())
          + "]";
    }
  }

  record NotMember(long id, ConfState confState) implements SnapshotEvent {
    @Override
    public Level level() {
      return Level.WARN;
    }

    @Override
    public String text() {
      return RaftEvent.hex(id)
          + " attempted to restore snapshot but it is not in the ConfState "
          + goText(confState)
          + "; should never happen";
    }

    private static String goText(ConfState state) {
      return Stream.of(
                  state.voters(), state.learners(), state.votersOutgoing(), state.learnersNext())
              .map(SnapshotEvent::goList)
              .collect(Collectors.joining(" ", "{", " "))
          + state.autoLeave()
          + "}";
    }
  }

  private static String goList(List<Long> ids) {
    return ids.stream().map(Unsigned::text).collect(Collectors.joining(" ", "[", "]"));
  }
}
