package io.quorate.embed.flag;

import io.quorate.cli.FlagSet;
import io.quorate.cli.FlagValue;
import io.quorate.gotext.GoQuote;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Flags from {@code ETCD_*} variables (spec/server.md 1.2): a flag on the command line comes first,
 * and having both is an error.
 */
public final class Environment {
  private static final String PREFIX = "ETCD_";

  /** A line for the log. */
  public record Remark(boolean warning, String message, Map<String, String> fields) {}

  /** What ends the start; {@code variable} where a flag shadows one, else empty. */
  public static final class Conflict extends RuntimeException {
    private final String variable;

    private Conflict(String message, String variable) {
      super(message, null, false, false);
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
   * Sets in {@code flags} what {@code environment} has.
   *
   * @throws Conflict on a value that does not parse, or a flag that shadows its variable
   */
  public static List<Remark> apply(FlagSet flags, Map<String, String> environment) {
    var remarks = new ArrayList<Remark>();
    var unknown = new TreeMap<>(environment);
    String refused = "";
    for (String name : flags.flags().keySet()) {
      String variable = variable(name);
      String text = environment.getOrDefault(variable, "");
      if (text.isEmpty()) {
        continue;
      }
      unknown.remove(variable);
      if (flags.isGiven(name)) {
        throw new Conflict(
            "conflicting environment variable is shadowed by corresponding command-line flag"
                + " (either unset environment variable or disable flag))",
            variable);
      }
      try {
        flags.set(name, text);
        remarks.add(
            new Remark(
                false,
                "recognized and used environment variable",
                ordered("variable-name", variable, "variable-value", text)));
      } catch (FlagValue.Refused e) {
        refused =
            "invalid value " + GoQuote.quote(text) + " for " + variable + ": " + e.getMessage();
      }
    }
    if (!refused.isEmpty()) {
      throw new Conflict(refused, "");
    }
    unknown.forEach((variable, text) -> {
      if (variable.startsWith(PREFIX)) {
        remarks.add(
            new Remark(
                true,
                "unrecognized environment variable",
                Map.of("environment-variable", variable + "=" + text)));
      }
    });
    return remarks;
  }

  private static Map<String, String> ordered(String k1, String v1, String k2, String v2) {
    var fields = new java.util.LinkedHashMap<String, String>();
    fields.put(k1, v1);
    fields.put(k2, v2);
    return fields;
  }
}
