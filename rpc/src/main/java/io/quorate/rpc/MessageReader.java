package io.quorate.rpc;

import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Turns the DATA bytes of one direction of one call back into messages, however they were cut.
 * Memory follows the bytes that came, not the length that was claimed. Owned by one thread at a
 * time.
 */
public final class MessageReader {
  private static final int FIRST_ALLOCATION = 64 * 1024;

  private final int limit;
  private final byte[] prefix = new byte[MessageWriter.PREFIX_BYTES];
  private final ArrayDeque<byte[]> ready = new ArrayDeque<>();
  private final ArrayDeque<Integer> framedLengths = new ArrayDeque<>();
  private int prefixLength;
  private byte[] body = new byte[0];
  private int bodyLength;
  private int expected = -1;
  private boolean gzip;
  private boolean known = true;
  private String encoding = "identity";

  /**
   * @param limit longest message, in bytes, before and after decompression
   */
  public MessageReader(int limit) {
    this.limit = limit;
  }

  /** Header {@code grpc-encoding}: {@code gzip}, {@code identity} or something we do not know. */
  public void encoding(String name) {
    encoding = name;
    gzip = name.equals("gzip");
    known = gzip || name.equals("identity") || name.isEmpty();
  }

  /**
   * Takes all of the bytes.
   *
   * @throws StatusException for a message that is too long, or is none; the reader is unusable then
   */
  public void feed(byte[] bytes, int offset, int length) {
    ByteBuffer source = ByteBuffer.wrap(bytes, offset, length);
    while (source.hasRemaining()) {
      step(source);
    }
  }

  /**
   * Takes bytes until a message is complete or none are left, and gives that message, or null. For
   * a reader that is never fed.
   *
   * @throws StatusException for a message that is too long, or is none; the reader is unusable then
   */
  public byte @Nullable [] take(ByteBuffer source) {
    while (source.hasRemaining() && ready.isEmpty()) {
      step(source);
    }
    return poll();
  }

  private void step(ByteBuffer source) {
    if (expected < 0) {
      int count = Math.min(source.remaining(), prefix.length - prefixLength);
      source.get(prefix, prefixLength, count);
      prefixLength += count;
      if (prefixLength < prefix.length) {
        return;
      }
      begin();
    }
    int count = Math.min(source.remaining(), expected - bodyLength);
    if (body.length < bodyLength + count) {
      body = Arrays.copyOf(body, (int) Math.min(expected, 2L * (bodyLength + count)));
    }
    source.get(body, bodyLength, count);
    bodyLength += count;
    if (bodyLength == expected) {
      finish();
    }
  }

  private void begin() {
    int flag = prefix[0] & 0xff;
    long size =
        (prefix[1] & 0xffL) << 24
            | (prefix[2] & 0xff) << 16
            | (prefix[3] & 0xff) << 8
            | (prefix[4] & 0xff);
    if (flag > 1) {
      throw failed(Code.INTERNAL, "grpc: received unexpected payload format " + flag);
    }
    if (flag == 1 && !gzip) {
      throw known
          ? failed(Code.INTERNAL, "grpc: compressed flag set with identity or empty encoding")
          : failed(
              Code.UNIMPLEMENTED,
              "grpc: Decompressor is not installed for grpc-encoding \"" + encoding + "\"");
    }
    if (size > limit) {
      throw failed(
          Code.RESOURCE_EXHAUSTED,
          "grpc: received message larger than max (" + size + " vs. " + limit + ")");
    }
    expected = (int) size;
    body = new byte[Math.min(expected, FIRST_ALLOCATION)];
    bodyLength = 0;
  }

  private void finish() {
    ready.add(prefix[0] == 1 ? new GzippedMessage(body, bodyLength, limit).decompress() : body);
    framedLengths.add(MessageWriter.PREFIX_BYTES + expected);
    expected = -1;
    prefixLength = 0;
    body = new byte[0];
    bodyLength = 0;
  }

  private static StatusException failed(Code code, String text) {
    return new StatusException(new Status(code, text));
  }

  /** How many messages are complete. */
  public int ready() {
    return ready.size();
  }

  /** Bytes that the first complete message took on the wire. */
  public int firstFramedLength() {
    Integer length = framedLengths.peek();
    return length == null ? 0 : length;
  }

  /** The next complete message, or null. */
  public byte @Nullable [] poll() {
    framedLengths.poll();
    return ready.poll();
  }

  /** Whether the bytes so far end within a message. */
  public boolean isPartial() {
    return prefixLength > 0;
  }

  /** Whether a message is announced by its prefix, and not complete. */
  public boolean isAnnounced() {
    return expected >= 0;
  }
}
