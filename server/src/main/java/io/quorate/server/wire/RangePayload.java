package io.quorate.server.wire;

import io.quorate.rpc.Payload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A RangeResponse that is read from the store while the connection takes it: header, then each
 * key-value as it lies there, then the trailing fields. The store's view is held until {@link
 * #release}.
 */
public final class RangePayload implements Payload {
  private static final int KEY_VALUES = 2;

  private final byte[] head;
  private final List<MemorySegment> keyValues;
  private final byte[] tail;
  private final int length;
  private final Runnable release;

  // What is being written: the head, then for each key-value a prefix and its bytes, then the tail.
  private MemorySegment current;
  private long position;
  private int next;
  private boolean prefixed;
  private boolean tailed;

  private RangePayload(
      byte[] head, List<MemorySegment> keyValues, byte[] tail, int length, Runnable release) {
    this.head = head;
    this.keyValues = keyValues;
    this.tail = tail;
    this.length = length;
    this.release = release;
    current = MemorySegment.ofArray(this.head);
  }

  /** The bytes of the response, which may exceed what one gRPC message can hold. */
  public static long encodedBytes(byte[] head, List<MemorySegment> keyValues, byte[] tail) {
    long total = (long) head.length + tail.length;
    for (MemorySegment keyValue : keyValues) {
      total += Wire.framedBytes(KEY_VALUES, keyValue.byteSize());
    }
    return total;
  }

  /**
   * @param head the response up to its first key-value, encoded
   * @param tail the response after its last
   * @param length {@link #encodedBytes}
   * @param release gives the view back
   */
  public static Payload of(
      byte[] head, List<MemorySegment> keyValues, byte[] tail, int length, Runnable release) {
    return new RangePayload(head, keyValues, tail, length, release);
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public void writeTo(ByteBuffer into) {
    MemorySegment target = MemorySegment.ofBuffer(into);
    long written = 0;
    while (written < target.byteSize()) {
      long left = current.byteSize() - position;
      if (left == 0) {
        if (!advance()) {
          break;
        }
        continue;
      }
      long count = Math.min(left, target.byteSize() - written);
      MemorySegment.copy(
          current, ValueLayout.JAVA_BYTE, position, target, ValueLayout.JAVA_BYTE, written, count);
      position += count;
      written += count;
    }
    into.position(into.position() + (int) written);
  }

  private boolean advance() {
    position = 0;
    if (next < keyValues.size()) {
      MemorySegment keyValue = keyValues.get(next);
      if (!prefixed) {
        prefixed = true;
        current = prefix(keyValue.byteSize());
      } else {
        prefixed = false;
        next++;
        current = keyValue;
      }
      return true;
    }
    if (!tailed) {
      tailed = true;
      current = MemorySegment.ofArray(tail);
      return true;
    }
    return false;
  }

  private static MemorySegment prefix(long length) {
    return MemorySegment.ofArray(Wire.prefix(KEY_VALUES, length));
  }

  @Override
  public void release() {
    release.run();
  }
}
