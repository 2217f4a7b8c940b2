package io.quorate.rpc.http2;

import java.util.Arrays;

/** Collects frames in one growing array, to leave in one write. Owned by one thread at a time. */
public final class FrameWriter {
  private byte[] buffer = new byte[1024];
  private int length;

  /** The frames are {@code buffer()[0..length())}. */
  public byte[] buffer() {
    return buffer;
  }

  public int length() {
    return length;
  }

  /** Forgets what was collected; an array grown beyond {@code keepBytes} is given back. */
  public void clear(int keepBytes) {
    length = 0;
    if (buffer.length > keepBytes) {
      buffer = new byte[1024];
    }
  }

  /** Bytes without a frame: the preface. */
  public void raw(byte[] bytes) {
    append(bytes, 0, bytes.length);
  }

  /** A DATA frame; {@code length} is within the peer's frame size and both windows. */
  public void data(int streamId, boolean endStream, byte[] bytes, int offset, int count) {
    dataHeader(streamId, endStream, count);
    append(bytes, offset, count);
  }

  /** The head of a DATA frame whose {@code count} payload bytes follow by {@link #append}. */
  public void dataHeader(int streamId, boolean endStream, int count) {
    frame(count, Frames.DATA, endStream ? Frames.FLAG_END_STREAM : 0, streamId);
  }

  public void append(byte[] bytes, int offset, int count) {
    reserve(count);
    System.arraycopy(bytes, offset, buffer, length, count);
    length += count;
  }

  /** A header block: HEADERS and as many CONTINUATION frames as {@code maxPayload} makes of it. */
  public void headers(
      int streamId, boolean endStream, byte[] block, int blockLength, int maxPayload) {
    int count = Math.min(blockLength, maxPayload);
    int flags = endStream ? Frames.FLAG_END_STREAM : 0;
    frame(
        count,
        Frames.HEADERS,
        flags | (count == blockLength ? Frames.FLAG_END_HEADERS : 0),
        streamId);
    append(block, 0, count);
    continuations(streamId, block, count, blockLength, maxPayload);
  }

  private void continuations(int streamId, byte[] block, int from, int end, int maxPayload) {
    int position = from;
    while (position < end) {
      int count = Math.min(end - position, maxPayload);
      boolean last = position + count == end;
      frame(count, Frames.CONTINUATION, last ? Frames.FLAG_END_HEADERS : 0, streamId);
      append(block, position, count);
      position += count;
    }
  }

  /** A PRIORITY frame. {@code weight} is 1..256. */
  public void priority(int streamId, int dependsOn, boolean exclusive, int weight) {
    frame(5, Frames.PRIORITY, 0, streamId);
    i32(exclusive ? dependsOn | 0x8000_0000 : dependsOn);
    reserve(1);
    buffer[length++] = (byte) (weight - 1);
  }

  public void resetStream(int streamId, int errorCode) {
    frame(4, Frames.RST_STREAM, 0, streamId);
    i32(errorCode);
  }

  /** A SETTINGS frame of pairs: id, value, id, value… */
  public void settings(int... idsAndValues) {
    frame(idsAndValues.length * 3, Frames.SETTINGS, 0, 0);
    reserve(idsAndValues.length * 3);
    for (int i = 0; i < idsAndValues.length; i += 2) {
      buffer[length++] = (byte) (idsAndValues[i] >>> 8);
      buffer[length++] = (byte) idsAndValues[i];
      i32(idsAndValues[i + 1]);
    }
  }

  public void settingsAck() {
    frame(0, Frames.SETTINGS, Frames.FLAG_ACK, 0);
  }

  /** A PUSH_PROMISE, as only servers send. */
  public void pushPromise(
      int streamId, int promisedStreamId, byte[] block, int blockLength, int maxPayload) {
    int count = Math.min(blockLength, maxPayload - 4);
    frame(
        count + 4,
        Frames.PUSH_PROMISE,
        count == blockLength ? Frames.FLAG_END_HEADERS : 0,
        streamId);
    i32(promisedStreamId);
    append(block, 0, count);
    continuations(streamId, block, count, blockLength, maxPayload);
  }

  public void ping(boolean ack, long opaque) {
    frame(8, Frames.PING, ack ? Frames.FLAG_ACK : 0, 0);
    i32((int) (opaque >>> 32));
    i32((int) opaque);
  }

  public void goAway(int lastStreamId, int errorCode, byte[] debug) {
    frame(8 + debug.length, Frames.GOAWAY, 0, 0);
    i32(lastStreamId);
    i32(errorCode);
    append(debug, 0, debug.length);
  }

  public void windowUpdate(int streamId, int increment) {
    frame(4, Frames.WINDOW_UPDATE, 0, streamId);
    i32(increment);
  }

  private void frame(int payload, int type, int flags, int streamId) {
    reserve(Frames.HEADER_BYTES + payload);
    buffer[length++] = (byte) (payload >>> 16);
    buffer[length++] = (byte) (payload >>> 8);
    buffer[length++] = (byte) payload;
    buffer[length++] = (byte) type;
    buffer[length++] = (byte) flags;
    i32(streamId);
  }

  private void i32(int value) {
    reserve(4);
    buffer[length++] = (byte) (value >>> 24);
    buffer[length++] = (byte) (value >>> 16);
    buffer[length++] = (byte) (value >>> 8);
    buffer[length++] = (byte) value;
  }

  private void reserve(int bytes) {
    if (buffer.length - length < bytes) {
      buffer = Arrays.copyOf(buffer, Math.max(2 * buffer.length, length + bytes));
    }
  }
}
