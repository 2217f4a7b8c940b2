package io.quorate.embed.log;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;

/** Streams that get every line, unbuffered. Any thread; a line is written whole. */
public final class LogOutput implements LogSink {
  private final Object lock = new Object();
  // Guarded by lock.
  private final List<OutputStream> streams;

  public LogOutput(List<OutputStream> streams) {
    this.streams = List.copyOf(streams);
  }

  @Override
  public void write(String line, LogLevel level, String caller) {
    byte[] bytes = line.getBytes(StandardCharsets.UTF_8);
    synchronized (lock) {
      for (OutputStream stream : streams) {
        try {
          stream.write(bytes);
          stream.flush();
        } catch (IOException e) {
          // A log that cannot be written must not stop the member; zap drops the line too.
        }
      }
    }
  }
}
