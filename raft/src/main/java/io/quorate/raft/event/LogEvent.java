package io.quorate.raft.event;

import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Unsigned;

/** What becomes of the log: conflicts, truncation, snapshots in its place. */
public sealed interface LogEvent extends RaftEvent {
  record RestoreStarted(
      long committed,
      long applied,
      long applying,
      long unstableOffset,
      long unstableOffsetInProgress,
      int unstableCount,
      EntryId snapshot)
      implements LogEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "log [committed="
          + Unsigned.text(committed)
          + ", applied="
          + Unsigned.text(applied)
          + ", applying="
          + Unsigned.text(applying)
          + ", unstable.offset="
          + Unsigned.text(unstableOffset)
          + ", unstable.offsetInProgress="
          + Unsigned.text(unstableOffsetInProgress)
          + ", len(unstable.Entries)="
          + unstableCount
          + "] starts to restore snapshot [index: "
          + Unsigned.text(snapshot.index())
          + ", term: "
          + Unsigned.text(snapshot.term())
          + "]";
    }
  }

  record ConflictFound(long index, long existingTerm, long conflictingTerm) implements LogEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "found conflict at index "
          + Unsigned.text(index)
          + " [existing term: "
          + Unsigned.text(existingTerm)
          + ", conflicting term: "
          + Unsigned.text(conflictingTerm)
          + "]";
    }
  }

  record UnstableReplaced(long index) implements LogEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "replace the unstable entries from index " + Unsigned.text(index);
    }
  }

  record UnstableTruncated(long index) implements LogEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "truncate the unstable entries before index " + Unsigned.text(index);
    }
  }

  record WriteOfMissing(long index) implements LogEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "entry at index " + Unsigned.text(index) + " missing from unstable log; ignoring";
    }
  }

  record WriteOfSnapshot(long index) implements LogEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "entry at index " + Unsigned.text(index) + " matched unstable snapshot; ignoring";
    }
  }

  record WriteMismatched(EntryId written, EntryId unstable) implements LogEvent {
    @Override
    public Level level() {
      return Level.INFO;
    }

    @Override
    public String text() {
      return "entry at (index,term)=("
          + Unsigned.text(written.index())
          + ","
          + Unsigned.text(written.term())
          + ") mismatched with entry at ("
          + Unsigned.text(unstable.index())
          + ","
          + Unsigned.text(unstable.term())
          + ") in unstable log; ignoring";
    }
  }
}
