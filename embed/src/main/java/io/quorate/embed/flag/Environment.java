package io.quorate.embed.flag;

import io.quorate.cli.FlagSet;
import io.quorate.cli.FlagValue;
import io.quorate.gotext.GoQuote;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * Flags from {@code ETCD_*} variables (spec/server.md 1.2): a flag on the command line comes first,
 * and having both is an error.
 */
public final class Environment {
  private static final String PREFIX = "ETCD_";

  /** Belongs to etcdctl's image, not to the flag {@code --version}. */
  private static final String VERSION = "ETCD_VERSION";

  /** A line for the log. */
  public record Remark(boolean warning, String message, Map<String, String> fields) {}

  /** A flag shadows its variable, which ends the start. */
  public static final class Shadowed extends RuntimeException {
    public static final String MESSAGE =
        "conflicting environment variable is shadowed by corresponding command-line flag"
            + " (either unset environment variable or disable flag))";

    private final String variable;

    private Shadowed(String variable) {
      super(MESSAGE, null, false, false);
      this.variable = variable;
    }

    public String variable() {
      return variable;
    }
  }

  private Environment() {}

  /** The variable of flag {@code name}. */
  public static String variable(String name) {
    return PREFIX + name.toUpperCase(Locale.ROOT).replace('-', '_');
  }

  /**
   * Sets in {@code flags} what {@code environment} has, and remarks on what it finds.
   *
   * @throws Shadowed if a flag and its variable are both given
   * @throws FlagValue.Refused on a value that does not parse, with the whole message
   */
  public static void apply(
      FlagSet flags, Map<String, String> environment, Consumer<Remark> remarks) {
    var unknown = new TreeMap<>(environment);
    String version = unknown.getOrDefault(VERSION, "");
    if (!version.isEmpty()) {
      unknown.remove(VERSION);
      remarks.accept(
          new Remark(
              true,
              "cannot set special environment variable",
              ordered("key", VERSION, "value", version)));
    }
    String refused = "";
    for (String name : flags.flags().keySet()) {
      String variable = variable(name);
      String text = unknown.getOrDefault(variable, "");
      if (text.isEmpty()) {
        continue;
      }
      unknown.remove(variable);
      if (flags.isGiven(name)) {
        throw new Shadowed(variable);
      }
      try {
        flags.set(name, text);
        remarks.accept(
            new Remark(
                false,
                "recognized and used environment variable",
                ordered("variable-name", variable, "variable-value", text)));
      } catch (FlagValue.Refused e) {
        refused =
            "invalid value " + GoQuote.quote(text) + " for " + variable + ": " + e.getMessage();
      }
    }
    unknown.forEach((variable, text) -> {
      if (variable.startsWith(PREFIX)) {
        remarks.accept(
            new Remark(
                true,
                "unrecognized environment variable",
                Map.of("environment-variable", variable + "=" + text)));
      }
    });
    if (!refused.isEmpty()) {
      throw new FlagValue.Refused(refused);
    }
  }

  private static Map<String, String> ordered(String k1, String v1, String k2, String v2) {
    var fields = new LinkedHashMap<String, String>();
    fields.put(k1, v1);
    fields.put(k2, v2);
    return fields;
  }
}
