package io.quorate.cli.command;

import io.quorate.gotext.RawText;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;

/**
 * stdout or stderr as bytes: nothing is encoded but text, as UTF-8 with {@link RawText}'s bytes.
 * Buffered until {@link #flush}. One thread at a time.
 */
public final class Output {
  private static final int BUFFER_BYTES = 16 * 1024;

  private final OutputStream to;
  private final byte[] buffer = new byte[BUFFER_BYTES];
  private int length;

  public Output(OutputStream to) {
    this.to = to;
  }

  public static Output stdout() {
    return new Output(new FileOutputStream(FileDescriptor.out));
  }

  public static Output stderr() {
    return new Output(new FileOutputStream(FileDescriptor.err));
  }

  public Output print(String text) {
    return write(RawText.bytes(text));
  }

  /** {@code text} and the end of the line. */
  public Output line(String text) {
    return print(text).newLine();
  }

  public Output newLine() {
    return write(new byte[] {'\n'});
  }

  /**
   * @throws UncheckedIOException if nobody reads any more
   */
  public synchronized Output write(byte[] bytes) {
    if (bytes.length > BUFFER_BYTES - length) {
      flush();
    }
    if (bytes.length > BUFFER_BYTES) {
      through(bytes, bytes.length);
    } else {
      System.arraycopy(bytes, 0, buffer, length, bytes.length);
      length += bytes.length;
    }
    return this;
  }

  public synchronized void flush() {
    int pending = length;
    length = 0;
    if (pending > 0) {
      through(buffer, pending);
    }
  }

  private void through(byte[] bytes, int count) {
    try {
      to.write(bytes, 0, count);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
