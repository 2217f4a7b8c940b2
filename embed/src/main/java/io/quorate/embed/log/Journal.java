package io.quorate.embed.log;

import io.quorate.io.os.UnixDatagrams;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;

/**
 * systemd's journal: one datagram for each line, in the journal's own form (spec/server.md 3.1).
 * What it does not take goes to {@code fallback}.
 */
final class Journal implements LogSink {
  static final String SOCKET = "/run/systemd/journal/socket";

  private final UnixDatagrams socket;
  private final String identifier;
  private final LogSink fallback;

  /**
   * @param identifier the program's name
   * @throws IOException if there is no journal
   */
  Journal(String path, String identifier, LogSink fallback) throws IOException {
    this.socket = new UnixDatagrams(path);
    this.identifier = identifier;
    this.fallback = fallback;
  }

  @Override
  public void write(String line, LogLevel level, String caller) {
    if (!line.startsWith("{")) {
      // The original takes the line apart again and can do so with JSON only.
      fallback.write(line, level, caller);
      return;
    }
    int slash = caller.lastIndexOf('/');
    var datagram = new ByteArrayOutputStream();
    field(datagram, "PRIORITY", Integer.toString(priority(level)));
    field(datagram, "MESSAGE", line);
    field(datagram, "PACKAGE", slash < 0 ? "." : caller.substring(0, slash));
    field(datagram, "SYSLOG_IDENTIFIER", identifier);
    try {
      socket.send(datagram.toByteArray());
    } catch (IOException e) {
      fallback.write(line, level, caller);
    }
  }

  /** {@code NAME=value}, or, for a value of several lines, its name, length and bytes. */
  private static void field(ByteArrayOutputStream out, String name, String value) {
    byte[] bytes = value.getBytes(StandardCharsets.UTF_8);
    out.writeBytes(name.getBytes(StandardCharsets.UTF_8));
    if (value.indexOf('\n') >= 0) {
      out.write('\n');
      out.writeBytes(
          ByteBuffer.allocate(Long.BYTES)
              .order(ByteOrder.LITTLE_ENDIAN)
              .putLong(bytes.length)
              .array());
    } else {
      out.write('=');
    }
    out.writeBytes(bytes);
    out.write('\n');
  }

  /** syslog's. */
  private static int priority(LogLevel level) {
    return switch (level) {
      case DEBUG -> 7;
      case INFO -> 6;
      case WARN -> 4;
      case ERROR -> 3;
      case DPANIC, PANIC, FATAL -> 2;
    };
  }

  @Override
  public boolean takesStackTraces() {
    return false;
  }

  @Override
  public void close() {
    socket.close();
  }
}
