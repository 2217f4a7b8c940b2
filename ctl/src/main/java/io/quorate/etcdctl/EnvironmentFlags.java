package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.cli.command.FlagError;
import java.util.Locale;
import java.util.Map;

/** Flags from variables {@code ETCDCTL_…} (spec/ctl.md 2.2). */
final class EnvironmentFlags {
  private static final String PREFIX = "ETCDCTL_";

  private EnvironmentFlags() {}

  /** The variable that stands for {@code flag}. */
  static String variable(Flag flag) {
    return PREFIX + flag.name().toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /** Sets the flags that the command line has not; says what is odd. */
  static void apply(Command command, Invocation invocation) {
    boolean any = false;
    for (String name : invocation.environment().keySet()) {
      any |= name.startsWith(PREFIX);
    }
    if (!any) {
      return;
    }
    Map<String, String> rest = new java.util.TreeMap<>();
    for (Map.Entry<String, String> entry : invocation.environment().entrySet()) {
      if (entry.getKey().startsWith(PREFIX)) {
        rest.put(entry.getKey(), entry.getValue());
      }
    }
    for (Flag flag : command.inheritedFlags().all()) {
      String variable = variable(flag);
      String value = rest.getOrDefault(variable, "");
      if (flag.isGiven()) {
        if (rest.containsKey(variable)) {
          new ClientLog(invocation.err(), "")
              .write(
                  "fatal",
                  "conflicting environment variable is shadowed by corresponding command-line flag"
                      + " (either unset environment variable or disable flag))",
                  "environment-variable",
                  variable);
          throw Failure.silent(ExitCode.ERROR);
        }
      } else if (!value.isEmpty()) {
        rest.remove(variable);
        try {
          flag.set(value);
        } catch (FlagError _) {
          // the original passes over it as well
        }
      }
    }
    if (command.name().equals("watch")) {
      rest.remove("ETCDCTL_WATCH_KEY");
      rest.remove("ETCDCTL_WATCH_RANGE_END");
    }
    for (Map.Entry<String, String> entry : rest.entrySet()) {
      new ClientLog(invocation.err(), "")
          .write(
              "warn",
              "unrecognized environment variable",
              "environment-variable",
              entry.getKey() + "=" + entry.getValue());
    }
  }
}
