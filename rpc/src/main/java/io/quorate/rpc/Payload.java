package io.quorate.rpc;

import java.nio.ByteBuffer;

/**
 * One outgoing message: its length is known first, its bytes are fetched piece by piece as the
 * connection takes them, so that a large answer never stands in memory as a whole. Used by one
 * thread at a time.
 */
public interface Payload {
  /** Bytes in all; constant. */
  int length();

  /** Fills {@code into} as far as both reach; all of {@link #length()} over successive calls. */
  void writeTo(ByteBuffer into);

  /** Gives back what the bytes are read from. Called exactly once, whether all were read or not. */
  default void release() {}

  /** A message that is in memory. {@code bytes} is not written to afterwards. */
  static Payload of(byte[] bytes) {
    return new Payload() {
      private int position;

      @Override
      public int length() {
        return bytes.length;
      }

      @Override
      public void writeTo(ByteBuffer into) {
        int count = Math.min(into.remaining(), bytes.length - position);
        into.put(bytes, position, count);
        position += count;
      }
    };
  }
}
