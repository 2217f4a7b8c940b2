package io.quorate.embed;

import io.quorate.edge.HeaderTrace;
import io.quorate.gotext.GoQuote;
import java.io.PrintStream;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A line for each HTTP/2 header field that a caller sends, if {@code GODEBUG} holds {@code
 * http2debug=2}: so does every Go program, and operators look with it for the authority that a
 * client claims.
 */
final class HeaderLines implements HeaderTrace {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT);

  private final PrintStream err;

  private HeaderLines(PrintStream err) {
    this.err = err;
  }

  static Optional<HeaderTrace> asked(Map<String, String> environment, PrintStream err) {
    List<String> settings = List.of(environment.getOrDefault("GODEBUG", "").split(",", -1));
    return settings.contains("http2debug=2") ? Optional.of(new HeaderLines(err)) : Optional.empty();
  }

  @Override
  public void read(CharSequence name, CharSequence value) {
    err.println(
        LocalDateTime.now(ZoneId.systemDefault()).format(TIME)
            + " http2: decoded hpack field header field "
            + GoQuote.quote(name.toString())
            + " = "
            + GoQuote.quote(value.toString()));
  }
}
