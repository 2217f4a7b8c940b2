package io.quorate.embed.log;

import java.util.Optional;
import org.slf4j.event.Level;

/** zap's levels, which are more than SLF4J's, from the least to the most grave. */
public enum LogLevel {
  DEBUG,
  INFO,
  WARN,
  ERROR,
  DPANIC,
  PANIC,
  FATAL;

  /** The level called {@code text}, in any case; empty means info. */
  public static Optional<LogLevel> parse(String text) {
    if (text.isEmpty()) {
      return Optional.of(INFO);
    }
    for (LogLevel level : values()) {
      if (level.text().equalsIgnoreCase(text)) {
        return Optional.of(level);
      }
    }
    return Optional.empty();
  }

  /** Lower case, as it stands in a line. */
  public String text() {
    return name().toLowerCase(java.util.Locale.ROOT);
  }

  static LogLevel of(Level level) {
    return switch (level) {
      case TRACE, DEBUG -> DEBUG;
      case INFO -> INFO;
      case WARN -> WARN;
      case ERROR -> ERROR;
    };
  }
}
