package io.quorate.edge;

import io.quorate.rpc.Payload;
import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/** Compresses a payload piece by piece; only the compressed bytes stand in memory. */
final class GzipPayload {
  private static final int PIECE_BYTES = 32 * 1024;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};

  private GzipPayload() {}

  /** The same message in gzip's format; {@code plain} is released. */
  static Payload of(Payload plain) {
    int left = plain.length();
    var compressed = new ByteArrayOutputStream(left / 4 + 64);
    compressed.writeBytes(HEADER);
    var crc = new CRC32();
    byte[] out = new byte[PIECE_BYTES];
    try (var deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true)) {
      ByteBuffer piece = ByteBuffer.allocate(Math.min(left, PIECE_BYTES));
      while (left > 0) {
        piece.clear().limit(Math.min(left, PIECE_BYTES));
        while (piece.hasRemaining()) {
          plain.writeTo(piece);
        }
        piece.flip();
        left -= piece.remaining();
        crc.update(piece.duplicate());
        deflater.setInput(piece);
        while (!deflater.needsInput()) {
          compressed.write(out, 0, deflater.deflate(out));
        }
      }
      deflater.finish();
      while (!deflater.finished()) {
        compressed.write(out, 0, deflater.deflate(out));
      }
    } finally {
      plain.release();
    }
    writeLittleEndian(compressed, (int) crc.getValue());
    writeLittleEndian(compressed, plain.length());
    return Payload.of(compressed.toByteArray());
  }

  private static void writeLittleEndian(ByteArrayOutputStream out, int value) {
    for (int shift = 0; shift < 32; shift += 8) {
      out.write(value >>> shift);
    }
  }
}
