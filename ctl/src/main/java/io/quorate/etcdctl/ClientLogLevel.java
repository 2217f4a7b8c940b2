package io.quorate.etcdctl;

import io.quorate.cli.command.Output;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Locale;
import java.util.Map;

/** From which level on a client's lines are written: {@code ETCD_CLIENT_DEBUG}. */
final class ClientLogLevel {
  static final String VARIABLE = "ETCD_CLIENT_DEBUG";

  private static final List<String> LEVELS =
      List.of("debug", "info", "warn", "error", "dpanic", "panic", "fatal");

  static final ClientLogLevel DEFAULT = new ClientLogLevel(LEVELS.indexOf("info"));

  private final int least;

  private ClientLogLevel(int least) {
    this.least = least;
  }

  static ClientLogLevel in(Map<String, String> environment) {
    int level = LEVELS.indexOf(wish(environment));
    return level < 0 ? DEFAULT : new ClientLogLevel(level);
  }

  /** The original says so at its start, and for each client that it makes. */
  static void complain(Map<String, String> environment, Output err) {
    String wish = wish(environment);
    if (!wish.isEmpty() && !wish.equals("true") && !LEVELS.contains(wish)) {
      err.line(
              DateTimeFormatter.ofPattern("yyyy/MM/dd HH:mm:ss", Locale.ROOT)
                      .format(LocalDateTime.now(ZoneId.systemDefault()))
                  + " Invalid value for environment variable '"
                  + VARIABLE
                  + "'. Using default level: 'info'")
          .flush();
    }
  }

  private static String wish(Map<String, String> environment) {
    return environment.getOrDefault(VARIABLE, "").toLowerCase(Locale.ROOT);
  }

  boolean leavesOut(String level) {
    return LEVELS.indexOf(level) < least;
  }
}
