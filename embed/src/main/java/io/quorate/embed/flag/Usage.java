package io.quorate.embed.flag;

import io.quorate.cli.FlagValue;
import java.util.Map;

/** What {@code etcd --help} prints. */
public final class Usage {
  /** The summary, also printed after an error of the command line. */
  public static final String SUMMARY =
      """
      Usage:

        etcd [flags]
          Start an etcd server.

        etcd --version
          Show the version of etcd.

        etcd -h | --help
          Show the help information about etcd.

        etcd --config-file
          Path to the server configuration file. Note that if a configuration file is provided, other command line flags and environment variables will be ignored.
      """;

  private Usage() {}

  /** Every flag with its default. */
  public static String listing(ServerFlags flags) {
    var out = new StringBuilder();
    for (Map.Entry<String, FlagValue> flag : flags.set().flags().entrySet()) {
      String name = flag.getKey();
      out.append("  --").append(name).append(" '").append(flag.getValue().text()).append('\'');
      String later = LaterFlags.REFUSED.get(name);
      if (later != null) {
        out.append("  (not yet: ").append(later).append(')');
      }
      out.append('\n');
    }
    return out.toString();
  }
}
