package io.quorate.backend;

import io.quorate.backend.schema.RevisionKey;
import io.quorate.bolt.BoltException;
import io.quorate.bolt.Cursor;
import java.lang.foreign.MemorySegment;
import org.jspecify.annotations.Nullable;

/**
 * Goes through bucket {@code key} in ascending revision: first the file, then the buffers, which
 * are all newer. One thread at a time; the view must stay open.
 */
public final class RevisionCursor {
  private final WriteBuffer.Slice[] buffers;
  private @Nullable Cursor cursor;
  private boolean cursorMoved;
  private int buffer = -1;
  private int at;

  private long main;
  private long sub;
  private boolean tombstone;
  private MemorySegment value = MemorySegment.NULL;

  RevisionCursor(
      @Nullable Cursor cursor, WriteBuffer.Slice[] buffers, long startMain, long startSub) {
    this.cursor = cursor;
    this.buffers = buffers;
    this.main = startMain;
    this.sub = startSub - 1; // so that everything behind it comes next
    try {
      if (cursor != null && !cursor.seek(RevisionKey.encode(startMain, startSub, false))) {
        this.cursor = null;
      }
    } catch (BoltException.Corrupt e) {
      throw new DamagedDatabaseError(e);
    }
  }

  /** Moves to the next record; false at the end. */
  public boolean next() {
    try {
      return move();
    } catch (BoltException.Corrupt e) {
      throw new DamagedDatabaseError(e);
    }
  }

  private boolean move() {
    Cursor inFile = cursor;
    if (inFile != null) {
      if (!cursorMoved || inFile.next()) {
        cursorMoved = true;
        MemorySegment key = inFile.key();
        main = RevisionKey.main(key);
        sub = RevisionKey.sub(key);
        tombstone = RevisionKey.isTombstone(key);
        value = inFile.value();
        return true;
      }
      cursor = null;
    }
    while (true) {
      if (buffer >= 0 && at < buffers[buffer].revisions().size()) {
        RevisionLog.Slice slice = buffers[buffer].revisions();
        main = slice.main(at);
        sub = slice.sub(at);
        tombstone = slice.isTombstone(at);
        value = MemorySegment.ofArray(slice.value(at));
        at++;
        return true;
      }
      if (++buffer >= buffers.length) {
        buffer = buffers.length;
        return false;
      }
      // A buffer may be in the file already: go on behind what was seen.
      at = buffers[buffer].revisions().seek(main, sub + 1);
    }
  }

  public long main() {
    return main;
  }

  public long sub() {
    return sub;
  }

  public boolean isTombstone() {
    return tombstone;
  }

  /** The encoded KeyValue: a view. */
  public MemorySegment value() {
    return value;
  }
}
