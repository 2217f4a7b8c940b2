package io.quorate.edge;

import io.quorate.rpc.Payload;
import java.nio.ByteBuffer;
import java.util.ArrayDeque;
import java.util.zip.CRC32;
import java.util.zip.Deflater;

/**
 * The same message in gzip's format, compressed piece by piece: {@link #advance} until it says that
 * it is complete, then it is a payload like any other. Only compressed bytes stand in memory, and
 * those until they are fetched.
 */
final class GzipPayload implements Payload {
  private static final int PIECE_BYTES = 32 * 1024;
  private static final byte[] HEADER = {0x1f, (byte) 0x8b, 8, 0, 0, 0, 0, 0, 0, (byte) 0xff};
  private static final int TRAILER_BYTES = 8;

  private final Payload plain;
  private final Deflater deflater = new Deflater(Deflater.DEFAULT_COMPRESSION, true);
  private final CRC32 crc = new CRC32();
  private final ByteBuffer piece;
  private final ArrayDeque<ByteBuffer> compressed = new ArrayDeque<>();
  private int left;
  private int length;
  private boolean released;

  GzipPayload(Payload plain) {
    this.plain = plain;
    this.left = plain.length();
    this.piece = ByteBuffer.allocate(Math.min(left, PIECE_BYTES));
    room(HEADER.length).put(HEADER);
    length = HEADER.length;
  }

  /** Compresses the next piece; false once there is none, and {@link #length} is known. */
  boolean advance() {
    piece.clear().limit(Math.min(left, PIECE_BYTES));
    while (piece.hasRemaining()) {
      plain.writeTo(piece);
    }
    piece.flip();
    left -= piece.remaining();
    crc.update(piece.duplicate());
    deflater.setInput(piece);
    if (left > 0) {
      while (!deflater.needsInput()) {
        deflate();
      }
      return true;
    }
    deflater.finish();
    while (!deflater.finished()) {
      deflate();
    }
    complete();
    return false;
  }

  private void deflate() {
    length += deflater.deflate(room(1));
  }

  private void complete() {
    for (int value : new int[] {(int) crc.getValue(), plain.length()}) {
      for (int shift = 0; shift < Integer.SIZE; shift += Byte.SIZE) {
        room(1).put((byte) (value >>> shift));
      }
    }
    length += TRAILER_BYTES;
    compressed.forEach(ByteBuffer::flip);
    releasePlain();
  }

  /** Where the next {@code bytes} may be written: behind what was. */
  private ByteBuffer room(int bytes) {
    ByteBuffer last = compressed.peekLast();
    if (last == null || last.remaining() < bytes) {
      last = ByteBuffer.allocate(Math.clamp(left / 4L + 64, HEADER.length, PIECE_BYTES));
      compressed.add(last);
    }
    return last;
  }

  @Override
  public int length() {
    return length;
  }

  @Override
  public void writeTo(ByteBuffer into) {
    while (into.hasRemaining() && !compressed.isEmpty()) {
      ByteBuffer first = compressed.getFirst();
      int count = Math.min(into.remaining(), first.remaining());
      into.put(first.slice(first.position(), count));
      first.position(first.position() + count);
      if (!first.hasRemaining()) {
        compressed.removeFirst();
      }
    }
  }

  @Override
  public void release() {
    releasePlain();
    compressed.clear();
  }

  private void releasePlain() {
    if (!released) {
      released = true;
      deflater.end();
      plain.release();
    }
  }
}
