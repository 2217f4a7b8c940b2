package io.quorate.bolt;

import static io.quorate.bolt.page.Layout.BUCKET_ELEMENT;

import io.quorate.bolt.tree.Position;
import java.lang.foreign.MemorySegment;

/**
 * Walks a bucket in the order of its keys, both ways. Moving returns whether there is an element;
 * {@link #key} and {@link #value} may be asked for only then. After a change of the bucket a cursor
 * must be placed anew ({@link #first}, {@link #last}, {@link #seek}).
 */
public final class Cursor {
  private final Position position;

  Cursor(Position position) {
    this.position = position;
  }

  public boolean first() {
    return position.first();
  }

  public boolean last() {
    return position.last();
  }

  /** Goes to the first key ≥ {@code key}. */
  public boolean seek(byte[] key) {
    return position.seek(key);
  }

  public boolean next() {
    return position.next();
  }

  public boolean previous() {
    return position.previous();
  }

  /** A view, valid while the transaction is open. */
  public MemorySegment key() {
    return position.key();
  }

  /** A view, valid while the transaction is open; of a sub-bucket, its stored header. */
  public MemorySegment value() {
    return position.value();
  }

  /** The key as bytes of its own. */
  public byte[] keyBytes() {
    return position.keyBytes();
  }

  /** Whether the element here is a sub-bucket. */
  public boolean isBucket() {
    return position.flags() == BUCKET_ELEMENT;
  }
}
