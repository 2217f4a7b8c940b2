package io.quorate.etcdctl;

import io.quorate.cli.command.Output;
import io.quorate.gotext.GoJson;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Lines of JSON on stderr, as the original's client logs them (spec/ctl.md 1.3). */
public final class ClientLog {
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'", Locale.ROOT);

  /** The logger whose level the environment says; others have their own. */
  public static final String DEFAULT = "etcd-client";

  private final Output err;
  private final String logger;
  private final ClientLogLevel least;

  /**
   * @param logger for example {@code etcd-client}; empty for none
   */
  public ClientLog(Output err, String logger) {
    this(err, logger, ClientLogLevel.DEFAULT);
  }

  private ClientLog(Output err, String logger, ClientLogLevel least) {
    this.err = err;
    this.logger = logger;
    this.least = least;
  }

  /** The logger of that name of a client. */
  public static ClientLog of(Invocation invocation, String logger) {
    return new ClientLog(
        invocation.err(),
        logger,
        logger.equals(DEFAULT)
            ? ClientLogLevel.in(invocation.environment())
            : ClientLogLevel.DEFAULT);
  }

  /**
   * Writes one line at once.
   *
   * @param fields names and values in turn; a {@link Number} stands without quotes
   */
  public void write(String level, String message, Object... fields) {
    if (least.leavesOut(level)) {
      return;
    }
    StringBuilder line = new StringBuilder(256);
    line.append("{\"level\":\"").append(level).append("\",\"ts\":\"");
    line.append(TIME.format(ZonedDateTime.ofInstant(Instant.now(), ZoneOffset.UTC))).append('"');
    if (!logger.isEmpty()) {
      line.append(",\"logger\":");
      GoJson.quoteForLog(line, logger);
    }
    line.append(",\"caller\":\"etcdctl/ClientLog.java\",\"msg\":");
    GoJson.quoteForLog(line, message);
    for (int i = 0; i + 1 < fields.length; i += 2) {
      line.append(',');
      GoJson.quoteForLog(line, String.valueOf(fields[i]));
      line.append(':');
      if (fields[i + 1] instanceof Number number) {
        line.append(number);
      } else {
        GoJson.quoteForLog(line, String.valueOf(fields[i + 1]));
      }
    }
    if (level.equals("error") || level.equals("fatal")) {
      line.append(",\"stacktrace\":\"\"");
    }
    err.line(line.append('}').toString());
    err.flush();
  }
}
