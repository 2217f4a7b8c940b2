package io.quorate.mvcc.watch;

import io.quorate.mvcc.Change;
import io.quorate.mvcc.MvccException;
import io.quorate.mvcc.View;
import java.io.ByteArrayOutputStream;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One change, encoded once for all watchers: they share the arrays. */
public final class WatchEvent {
  private static final int TYPE_TAG = 0x08;
  private static final int DELETE = 1;
  private static final int KEY_VALUE_TAG = 0x12;
  private static final int PREVIOUS_TAG = 0x1a;

  private final Change change;
  // Owner thread of the hub, before the event is offered to anyone.
  private byte @Nullable [] plain;
  private byte @Nullable [] withPrevious;

  WatchEvent(Change change) {
    this.change = change;
  }

  /** Whether its key existed before, so that there is a previous value to tell of. */
  boolean followsAnother() {
    return !change.created();
  }

  /** Encodes the form that a watcher wants, once. Owner thread of the hub. */
  void prepare(boolean previous, View view) {
    byte[] encoded = plain;
    if (encoded == null) {
      encoded = encode();
      plain = encoded;
    }
    if (previous && withPrevious == null) {
      Optional<MemorySegment> before = before(view);
      withPrevious = before.isEmpty() ? encoded : append(encoded, before.get());
    }
  }

  private byte[] encode() {
    byte[] keyValue = change.keyValue();
    ByteArrayOutputStream out = new ByteArrayOutputStream(keyValue.length + 8);
    if (change.tombstone()) {
      out.write(TYPE_TAG);
      out.write(DELETE);
    }
    out.write(KEY_VALUE_TAG);
    writeVarint(out, keyValue.length);
    out.write(keyValue, 0, keyValue.length);
    return out.toByteArray();
  }

  private static byte[] append(byte[] encoded, MemorySegment previous) {
    ByteArrayOutputStream out =
        new ByteArrayOutputStream(encoded.length + (int) previous.byteSize() + 8);
    out.write(encoded, 0, encoded.length);
    out.write(PREVIOUS_TAG);
    writeVarint(out, (int) previous.byteSize());
    byte[] bytes = previous.toArray(ValueLayout.JAVA_BYTE);
    out.write(bytes, 0, bytes.length);
    return out.toByteArray();
  }

  private static void writeVarint(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /** The record before the change; nothing before a creation, or where it is compacted. */
  private Optional<MemorySegment> before(View view) {
    if (change.created()) {
      return Optional.empty();
    }
    try {
      return view.get(change.key(), change.main() - 1);
    } catch (MvccException.Compacted e) {
      return Optional.empty();
    } catch (MvccException.FutureRevision e) {
      throw new AssertionError("an event ahead of the store", e);
    }
  }

  /** {@code mvccpb.Event}: type, kv and, if asked for and there, prev_kv. Not to be changed. */
  public byte[] encoded(boolean previous) {
    byte[] bytes = previous ? withPrevious : plain;
    if (bytes == null) {
      throw new AssertionError("this form was not asked for");
    }
    return bytes;
  }

  public boolean isDelete() {
    return change.tombstone();
  }

  public long modRevision() {
    return change.main();
  }

  /** The key changed; not to be changed. */
  public byte[] key() {
    return change.key();
  }

  int sizeBytes() {
    return change.keyValue().length;
  }
}
