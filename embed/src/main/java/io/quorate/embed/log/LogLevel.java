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

  /** The level called {@code text}, as {@code --log-level} names it. */
  public static Optional<LogLevel> parse(String text) {
    for (LogLevel level : values()) {
      if (level.text().equals(text)) {
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
