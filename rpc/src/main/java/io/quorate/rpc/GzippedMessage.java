package io.quorate.rpc;

import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.DataFormatException;
import java.util.zip.Inflater;

/**
 * The bytes of one message in gzip's format (RFC 1952): members one behind the other and nothing
 * else. Unlike the JDK's stream it forgives no other bytes behind a member, and it names what is
 * wrong as Go does.
 */
final class GzippedMessage {
  private static final int HEADER_BYTES = 10;
  private static final int HEADER_CRC = 2;
  private static final int EXTRA = 4;
  private static final int NAME = 8;
  private static final int COMMENT = 16;
  private static final int DEFLATE = 8;
  private static final int LONGEST_ARRAY = Integer.MAX_VALUE - 16;
  private static final int FIRST_ALLOCATION = 16 * 1024;

  private final ByteBuffer in;
  private final int limit;
  private byte[] out;
  private int length;
  private String failure = "grpc: failed to decompress the message: ";

  /**
   * @param limit longest message after decompression, in bytes
   */
  GzippedMessage(byte[] bytes, int length, int limit) {
    this.in = ByteBuffer.wrap(bytes, 0, length).order(ByteOrder.LITTLE_ENDIAN);
    this.limit = limit;
    this.out = new byte[Math.min(limit, FIRST_ALLOCATION)];
  }

  /**
   * What was compressed.
   *
   * @throws StatusException when it is too long, or was not compressed so
   */
  byte[] decompress() {
    if (!in.hasRemaining()) {
      throw corrupt("EOF");
    }
    header();
    failure = "grpc: failed to read decompressed data: ";
    member();
    while (in.hasRemaining()) {
      header();
      member();
    }
    return Arrays.copyOf(out, length);
  }

  private void header() {
    int start = in.position();
    need(HEADER_BYTES);
    if (in.get() != 0x1f || in.get() != (byte) 0x8b || in.get() != DEFLATE) {
      throw corrupt("gzip: invalid header");
    }
    int flags = in.get();
    in.position(start + HEADER_BYTES);
    if ((flags & EXTRA) != 0) {
      need(Short.BYTES);
      int extra = Short.toUnsignedInt(in.getShort());
      need(extra);
      in.position(in.position() + extra);
    }
    if ((flags & NAME) != 0) {
      skipText();
    }
    if ((flags & COMMENT) != 0) {
      skipText();
    }
    if ((flags & HEADER_CRC) != 0) {
      need(Short.BYTES);
      var crc = new CRC32();
      crc.update(in.slice(start, in.position() - start));
      if (in.getShort() != (short) crc.getValue()) {
        throw corrupt("gzip: invalid header");
      }
    }
  }

  private void skipText() {
    do {
      need(1);
    } while (in.get() != 0);
  }

  private void member() {
    int from = length;
    try (var inflater = new Inflater(true)) {
      inflater.setInput(in);
      while (!inflater.finished()) {
        if (length == out.length) {
          grow();
        }
        int count = inflater.inflate(out, length, out.length - length);
        if (count == 0 && inflater.needsInput() && !inflater.finished()) {
          throw corrupt("unexpected EOF");
        }
        length += count;
        if (length > Math.min(limit, LONGEST_ARRAY)) {
          throw tooLong();
        }
      }
    } catch (DataFormatException e) {
      throw corrupt("flate: corrupt input before offset " + in.position());
    }
    need(2 * Integer.BYTES);
    var crc = new CRC32();
    crc.update(out, from, length - from);
    if (in.getInt() != (int) crc.getValue() || in.getInt() != length - from) {
      throw corrupt("gzip: invalid checksum");
    }
  }

  /** One byte more than the limit shows that there is more. */
  private void grow() {
    out =
        Arrays.copyOf(
            out, (int) Math.min(Math.max(2L * out.length, 1), Math.min(limit, LONGEST_ARRAY) + 1));
  }

  private void need(int bytes) {
    if (in.remaining() < bytes) {
      throw corrupt("unexpected EOF");
    }
  }

  private StatusException corrupt(String why) {
    return new StatusException(new Status(Code.INTERNAL, failure + why));
  }

  private StatusException tooLong() {
    return new StatusException(
        new Status(
            Code.RESOURCE_EXHAUSTED,
            "grpc: received message after decompression larger than max " + limit));
  }
}
