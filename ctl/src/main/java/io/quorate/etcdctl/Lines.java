package io.quorate.etcdctl;

import io.quorate.gotext.RawText;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** stdin, line by line. */
public final class Lines {
  private static final int BUFFER_BYTES = 4096;

  private final InputStream in;

  public Lines(InputStream in) {
    this.in = new BufferedInputStream(in, BUFFER_BYTES);
  }

  /** The next line without its end; empty where no whole line is left. */
  public Optional<String> next() {
    ByteArrayOutputStream line = new ByteArrayOutputStream();
    try {
      for (int next = in.read(); next >= 0; next = in.read()) {
        if (next == '\n') {
          return Optional.of(RawText.of(line.toByteArray()));
        }
        line.write(next);
      }
    } catch (IOException _) {
      // nothing more will come
    }
    return Optional.empty();
  }
}
