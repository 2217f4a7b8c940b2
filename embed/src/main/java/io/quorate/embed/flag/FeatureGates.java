package io.quorate.embed.flag;

import io.quorate.cli.FlagValue;
import io.quorate.cli.GoValues;
import io.quorate.gotext.GoQuote;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** {@code --feature-gates} (spec/server.md 2). Immutable. */
public final class FeatureGates {
  /** The gates of 3.6. */
  public enum Gate {
    COMPACT_HASH_CHECK("CompactHashCheck", "ALPHA", false),
    INITIAL_CORRUPT_CHECK("InitialCorruptCheck", "ALPHA", false),
    LEASE_CHECKPOINT("LeaseCheckpoint", "ALPHA", false),
    LEASE_CHECKPOINT_PERSIST("LeaseCheckpointPersist", "ALPHA", false),
    SET_MEMBER_LOCAL_ADDR("SetMemberLocalAddr", "ALPHA", false),
    STOP_GRPC_SERVICE_ON_DEFRAG("StopGRPCServiceOnDefrag", "ALPHA", false),
    TXN_MODE_WRITE_WITH_SHARED_BUFFER("TxnModeWriteWithSharedBuffer", "BETA", true);

    private final String text;
    private final String stage;
    private final boolean initially;

    Gate(String text, String stage, boolean initially) {
      this.text = text;
      this.stage = stage;
      this.initially = initially;
    }

    public String text() {
      return text;
    }

    public String stage() {
      return stage;
    }
  }

  private static final String ALL = "All";

  /** Nothing set: every gate has its default. */
  public static final FeatureGates NONE = new FeatureGates(new TreeMap<>());

  private final Map<String, Boolean> explicit;

  private FeatureGates(Map<String, Boolean> explicit) {
    this.explicit = explicit;
  }

  /**
   * Reads {@code A=true,B=false}.
   *
   * @throws FlagValue.Refused with etcd's message
   */
  public static FeatureGates parse(String text) {
    return NONE.with(text);
  }

  /**
   * The same gates, changed by {@code A=true,B=false}.
   *
   * @throws FlagValue.Refused with etcd's message
   */
  public FeatureGates with(String text) {
    var changed = new TreeMap<>(explicit);
    for (String item : text.split(",", -1)) {
      if (item.isBlank()) {
        continue;
      }
      int equals = item.indexOf('=');
      String name = (equals < 0 ? item : item.substring(0, equals)).strip();
      if (equals < 0) {
        throw new FlagValue.Refused("missing bool value for " + name);
      }
      String value = item.substring(equals + 1).strip();
      if (!isKnown(name)) {
        throw new FlagValue.Refused("unrecognized feature gate: " + name);
      }
      try {
        changed.put(name, GoValues.parseBoolean(value));
      } catch (FlagValue.Refused e) {
        throw new FlagValue.Refused(
            "invalid value of "
                + name
                + "="
                + value
                + ", err: strconv.ParseBool: parsing "
                + GoQuote.quote(value)
                + ": invalid syntax");
      }
    }
    return new FeatureGates(changed);
  }

  /** The same gates with {@code gate} set. */
  public FeatureGates with(Gate gate, boolean on) {
    var changed = new TreeMap<>(explicit);
    changed.put(gate.text, on);
    return new FeatureGates(changed);
  }

  public boolean isOn(Gate gate) {
    Boolean own = explicit.get(gate.text);
    if (own != null) {
      return own;
    }
    return explicit.getOrDefault(ALL + stageName(gate), gate.initially);
  }

  private static String stageName(Gate gate) {
    return gate.stage.equals("ALPHA") ? "Alpha" : "Beta";
  }

  /** Every gate with whether it is on, {@code AllAlpha} and {@code AllBeta} included. */
  public Map<String, Boolean> all() {
    var all = new LinkedHashMap<String, Boolean>();
    all.put("AllAlpha", explicit.getOrDefault("AllAlpha", false));
    all.put("AllBeta", explicit.getOrDefault("AllBeta", false));
    for (Gate gate : Gate.values()) {
      all.put(gate.text, isOn(gate));
    }
    return all;
  }

  /**
   * What was set explicitly, sorted: {@code A=true,B=false}. {@code AllAlpha} and {@code AllBeta}
   * set every gate of their stage.
   */
  @Override
  public String toString() {
    var set = new TreeMap<>(explicit);
    for (Gate gate : Gate.values()) {
      if (explicit.containsKey(ALL + stageName(gate))) {
        set.put(gate.text, isOn(gate));
      }
    }
    return set.entrySet().stream()
        .map(gate -> gate.getKey() + "=" + gate.getValue())
        .collect(Collectors.joining(","));
  }

  private static boolean isKnown(String name) {
    if (name.equals("AllAlpha") || name.equals("AllBeta")) {
      return true;
    }
    for (Gate gate : Gate.values()) {
      if (gate.text.equals(name)) {
        return true;
      }
    }
    return false;
  }
}
