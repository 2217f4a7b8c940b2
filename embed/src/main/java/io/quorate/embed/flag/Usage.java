package io.quorate.embed.flag;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.TreeMap;

/** What {@code etcd --help} prints, byte for byte; the texts are files beside this class. */
public final class Usage {
  private static final String GATES = "@gates@\n";

  private Usage() {}

  /** The summary, also printed after an error of the command line. */
  public static String summary() {
    return text("usage.txt");
  }

  /** Every flag with its default, by section. */
  public static String listing() {
    var gates = new StringBuilder();
    for (Map.Entry<String, String> gate : stages().entrySet()) {
      gates
          .append("    ")
          .append(gate.getKey())
          .append("=true|false (")
          .append(gate.getValue())
          .append(")\n");
    }
    return text("flags.txt").replace(GATES, gates);
  }

  /** Stage and default of each gate, by name. */
  private static Map<String, String> stages() {
    var stages = new TreeMap<String, String>();
    stages.put("AllAlpha", "ALPHA - default=false");
    stages.put("AllBeta", "BETA - default=false");
    for (FeatureGates.Gate gate : FeatureGates.Gate.values()) {
      stages.put(gate.text(), gate.stage() + " - default=" + FeatureGates.NONE.isOn(gate));
    }
    return stages;
  }

  private static String text(String file) {
    try (InputStream in = Usage.class.getResourceAsStream(file)) {
      if (in == null) {
        throw new AssertionError("not in this build: " + file);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
