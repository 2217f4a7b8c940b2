package io.quorate.rpc;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** gRPC's message frame: one byte "compressed", a big-endian u32 length, the message. */
public final class MessageWriter {
  /** Bytes in front of each message. */
  public static final int PREFIX_BYTES = 5;

  private MessageWriter() {}

  /** The five bytes in front of a message of {@code length} bytes. */
  public static byte[] prefix(boolean compressed, int length) {
    return new byte[] {
      (byte) (compressed ? 1 : 0),
      (byte) (length >>> 24),
      (byte) (length >>> 16),
      (byte) (length >>> 8),
      (byte) length
    };
  }

  public static byte[] gzip(byte[] message) {
    ByteArrayOutputStream bytes = new ByteArrayOutputStream(message.length / 2 + 32);
    try (GZIPOutputStream gzip = new GZIPOutputStream(bytes)) {
      gzip.write(message);
    } catch (IOException e) {
      throw new UncheckedIOException(e); // memory does not fail
    }
    return bytes.toByteArray();
  }

  /**
   * The status of a message that is longer than its sender may send, in Go's words.
   *
   * @param length as framed
   */
  public static Status tooLarge(int length, int limit) {
    return new Status(
        Code.RESOURCE_EXHAUSTED,
        "trying to send message larger than max (" + length + " vs. " + limit + ")");
  }
}
