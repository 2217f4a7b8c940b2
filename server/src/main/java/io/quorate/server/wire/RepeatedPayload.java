package io.quorate.server.wire;

import io.quorate.rpc.Payload;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.ByteBuffer;
import java.util.List;

/**
 * A response that is put together while the connection takes it: its header, then each message of
 * one repeated field as it lies in the store or is shared with others, then the trailing fields.
 * Whatever holds the messages is held until {@link #release}.
 */
public final class RepeatedPayload implements Payload {
  private final byte[] head;
  private final int field;
  private final List<MemorySegment> messages;
  private final byte[] tail;
  private final int length;
  private final Runnable release;

  // What is being written: the head, then for each message a prefix and its bytes, then the tail.
  private MemorySegment current;
  private long position;
  private int next;
  private boolean prefixed;
  private boolean tailed;

  private RepeatedPayload(
      byte[] head,
      int field,
      List<MemorySegment> messages,
      byte[] tail,
      int length,
      Runnable release) {
    this.head = head;
    this.field = field;
    this.messages = messages;
    this.tail = tail;
    this.length = length;
    this.release = release;
    current = MemorySegment.ofArray(this.head);
  }

  /** The bytes of the response, which may exceed what one gRPC message can hold. */
  public static long encodedBytes(
      byte[] head, int field, List<MemorySegment> messages, byte[] tail) {
    long total = (long) head.length + tail.length;
    for (MemorySegment message : messages) {
      total += Wire.framedBytes(field, message.byteSize());
    }
    return total;
  }

  /**
   * @param head the response up to its first message, encoded
   * @param field of the messages
   * @param tail the response after its last
   * @param length {@link #encodedBytes}
   * @param release gives back what holds the messages
   */
  public static Payload of(
      byte[] head,
      int field,
      List<MemorySegment> messages,
      byte[] tail,
      int length,
      Runnable release) {
    return new RepeatedPayload(head, field, messages, tail, length, release);
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
    if (next < messages.size()) {
      MemorySegment message = messages.get(next);
      if (!prefixed) {
        prefixed = true;
        current = MemorySegment.ofArray(Wire.prefix(field, message.byteSize()));
      } else {
        prefixed = false;
        next++;
        current = message;
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

  @Override
  public void release() {
    release.run();
  }
}
