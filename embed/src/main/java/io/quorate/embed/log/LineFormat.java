package io.quorate.embed.log;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.slf4j.event.KeyValuePair;

/** The two forms of a line that {@code --log-format} knows, byte for byte as zap writes them. */
public enum LineFormat {
  JSON {
    @Override
    void append(StringBuilder out, LogRecord line) {
      out.append("{\"level\":\"").append(line.level().text()).append("\",\"ts\":\"");
      appendTime(out, line.time());
      out.append('"');
      if (!line.logger().isEmpty()) {
        out.append(",\"logger\":");
        appendString(out, line.logger());
      }
      out.append(",\"caller\":");
      appendString(out, line.caller());
      out.append(",\"msg\":");
      appendString(out, line.message());
      for (KeyValuePair field : line.fields()) {
        if (field.value != null) {
          out.append(',');
          appendString(out, field.key);
          out.append(':');
          appendValue(out, field.value, false);
        }
      }
      if (line.stackTrace() != null) {
        out.append(",\"stacktrace\":");
        appendString(out, line.stackTrace());
      }
      out.append("}\n");
    }
  },
  CONSOLE {
    @Override
    void append(StringBuilder out, LogRecord line) {
      appendTime(out, line.time());
      out.append('\t').append(line.level().text());
      if (!line.logger().isEmpty()) {
        out.append('\t').append(line.logger());
      }
      out.append('\t').append(line.caller()).append('\t').append(line.message());
      String separator = "\t{";
      for (KeyValuePair field : line.fields()) {
        if (field.value != null) {
          out.append(separator);
          appendString(out, field.key);
          out.append(": ");
          appendValue(out, field.value, true);
          separator = ", ";
        }
      }
      if (separator.equals(", ")) {
        out.append('}');
      }
      if (line.stackTrace() != null) {
        out.append('\n').append(line.stackTrace());
      }
      out.append('\n');
    }
  };

  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSXX", Locale.ROOT);
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  /** Appends {@code line} with its line end. */
  abstract void append(StringBuilder out, LogRecord line);

  private static void appendTime(StringBuilder out, Instant time) {
    TIME.formatTo(ZonedDateTime.ofInstant(time, ZoneId.systemDefault()), out);
  }

  private static void appendValue(StringBuilder out, @Nullable Object value, boolean spaced) {
    switch (value) {
      case null -> out.append("null");
      case Boolean flag -> out.append(flag.booleanValue());
      case Unsigned number -> out.append(Long.toUnsignedString(number.value()));
      case Number number -> out.append(number);
      case Duration duration -> appendString(out, io.quorate.gotext.GoDuration.format(duration));
      case Instant time -> {
        out.append('"');
        appendTime(out, time);
        out.append('"');
      }
      case Throwable error -> appendString(out, String.valueOf(error.getMessage()));
      case java.util.Collection<?> values -> {
        out.append('[');
        String separator = "";
        for (Object element : values) {
          out.append(separator);
          appendValue(out, element, spaced);
          separator = spaced ? ", " : ",";
        }
        out.append(']');
      }
      case Map<?, ?> values -> {
        out.append('{');
        String separator = "";
        for (Map.Entry<?, ?> entry : values.entrySet()) {
          out.append(separator);
          appendString(out, String.valueOf(entry.getKey()));
          out.append(spaced ? ": " : ":");
          appendValue(out, entry.getValue(), spaced);
          separator = spaced ? ", " : ",";
        }
        out.append('}');
      }
      case String[] values -> appendValue(out, java.util.List.of(values), spaced);
      default -> appendString(out, value.toString());
    }
  }

  /** A JSON string with zap's escapes: no HTML escapes, control characters as u00xx. */
  private static void appendString(StringBuilder out, String text) {
    out.append('"');
    for (int i = 0; i < text.length(); i++) {
      char c = text.charAt(i);
      switch (c) {
        case '"', '\\' -> out.append('\\').append(c);
        case '\n' -> out.append("\\n");
        case '\r' -> out.append("\\r");
        case '\t' -> out.append("\\t");
        default -> {
          if (c < 0x20) {
            out.append("\\u00").append(HEX[c >> 4]).append(HEX[c & 15]);
          } else if (Character.isSurrogate(c)) {
            i = appendSurrogate(out, text, i);
          } else {
            out.append(c);
          }
        }
      }
    }
    out.append('"');
  }

  private static int appendSurrogate(StringBuilder out, String text, int i) {
    if (Character.isHighSurrogate(text.charAt(i))
        && i + 1 < text.length()
        && Character.isLowSurrogate(text.charAt(i + 1))) {
      out.append(text, i, i + 2);
      return i + 1;
    }
    out.append("\\ufffd");
    return i;
  }

  /** A number that a line shows without its sign bit. */
  public record Unsigned(long value) {}
}
