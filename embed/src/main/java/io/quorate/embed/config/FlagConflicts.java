package io.quorate.embed.config;

import io.quorate.embed.flag.FeatureGates;
import io.quorate.embed.flag.FeatureGates.Gate;
import io.quorate.embed.flag.ServerFlags;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The experimental flags of old and what replaced them (spec/server.md 1.4 and 2): which cannot be
 * given together, and what is said about those that are still given.
 */
final class FlagConflicts {
  private static final String EXPERIMENTAL = "experimental-";
  private static final String UNARY = "warning-unary-request-duration";

  /** Flags that lost their prefix. */
  private static final List<String> RENAMED =
      List.of(
          "compact-hash-check-time",
          "corrupt-check-time",
          "compaction-batch-limit",
          "compaction-sleep-interval",
          "watch-progress-notify-interval",
          "warning-apply-duration",
          "bootstrap-defrag-threshold-megabytes",
          "memory-mlock",
          "snapshot-catchup-entries",
          "downgrade-check-time",
          "peer-skip-client-san-verification");

  private static final List<String> TRACING =
      List.of(
          "enable-distributed-tracing",
          "distributed-tracing-address",
          "distributed-tracing-service-name",
          "distributed-tracing-instance-id",
          "distributed-tracing-sampling-rate");

  /** Flags that became gates. */
  private static final Map<String, Gate> GATES = new LinkedHashMap<>();

  static {
    GATES.put("stop-grpc-service-on-defrag", Gate.STOP_GRPC_SERVICE_ON_DEFRAG);
    GATES.put("initial-corrupt-check", Gate.INITIAL_CORRUPT_CHECK);
    GATES.put("compact-hash-check-enabled", Gate.COMPACT_HASH_CHECK);
    GATES.put("txn-mode-write-with-shared-buffer", Gate.TXN_MODE_WRITE_WITH_SHARED_BUFFER);
    GATES.put("enable-lease-checkpoint", Gate.LEASE_CHECKPOINT);
    GATES.put("enable-lease-checkpoint-persist", Gate.LEASE_CHECKPOINT_PERSIST);
  }

  /** Nothing is said about these. */
  private static final List<String> SILENT =
      List.of(
          "initial-corrupt-check",
          "enable-lease-checkpoint",
          "enable-lease-checkpoint-persist",
          "stop-grpc-service-on-defrag",
          "peer-skip-client-san-verification");

  private FlagConflicts() {}

  /** The gates, those that came as experimental flags included. */
  static FeatureGates gates(ServerFlags flags) {
    FeatureGates gates = flags.gates();
    FeatureGates merged = gates;
    for (Map.Entry<String, Gate> entry : GATES.entrySet()) {
      String flag = EXPERIMENTAL + entry.getKey();
      if (!flags.set().isGiven(flag)) {
        continue;
      }
      String gate = entry.getValue().text();
      boolean on = flags.isOn(flag);
      // As in etcd, a part of a name is enough: LeaseCheckpointPersist also names LeaseCheckpoint.
      if (gates.toString().contains(gate)) {
        String asGate = gate + "=" + gates.isOn(entry.getValue());
        throw new ConfigException(
            "cannot specify both flags: --%s=%s and --feature-gates=%s at the same time, please just use --feature-gates=%s"
                .formatted(flag, on, asGate, asGate));
      }
      merged = merged.with(entry.getValue(), on);
    }
    return merged;
  }

  /** Refuses an old flag together with the new one. */
  static void check(ServerFlags flags) {
    var pairs = new ArrayList<>(RENAMED);
    pairs.addAll(TRACING);
    for (String name : pairs) {
      if (flags.set().isGiven(name) && flags.set().isGiven(EXPERIMENTAL + name)) {
        throw new ConfigException(
            "cannot set --experimental-%s and --%s at the same time, please use --%s only"
                .formatted(name, name, name));
      }
    }
  }

  /** Refuses two durations for slow unary requests. */
  static void checkUnary(ServerFlags flags) {
    if (!flags.time(UNARY).isZero() && !flags.time(EXPERIMENTAL + UNARY).isZero()) {
      throw new ConfigException(
          "both --experimental-%s and --%s flags are set. Use only --%s"
              .formatted(UNARY, UNARY, UNARY));
    }
  }

  /** Whichever of the two durations is not zero. */
  static Duration unary(ServerFlags flags) {
    Duration time = flags.time(UNARY);
    return time.isZero() ? flags.time(EXPERIMENTAL + UNARY) : time;
  }

  /** What is said about deprecated flags that are given. etcd's order is random. */
  static List<String> deprecations(ServerFlags flags) {
    var said = new ArrayList<String>();
    if (flags.set().isGiven("max-snapshots")) {
      said.add("--max-snapshots is deprecated in 3.6 and will be decommissioned in 3.8.");
    }
    if (flags.set().isGiven("v2-deprecation")) {
      said.add(
          "--v2-deprecation is deprecated and scheduled for removal in v3.8. The default value is"
              + " enforced, ignoring user input.");
    }
    if (flags.time(UNARY).isZero() && !flags.time(EXPERIMENTAL + UNARY).isZero()) {
      said.add(
          "--experimental-%s is deprecated, and will be decommissioned in v3.7. Use --%s instead."
              .formatted(UNARY, UNARY));
    }
    for (String name : RENAMED) {
      said(
          flags,
          name,
          name.startsWith("compact-hash") ? "" : "v",
          name.equals("compaction-sleep-interval") ? "'" + name + "'" : "'--" + name + "'",
          said);
    }
    TRACING.forEach(name -> said(flags, name, "", "--" + name, said));
    GATES.forEach((name, gate) ->
        said(
            flags,
            name,
            name.startsWith("compact-hash") ? "" : "v",
            "'--feature-gates=" + gate.text() + "=true'",
            said));
    return said;
  }

  private static void said(
      ServerFlags flags, String name, String v, String instead, List<String> said) {
    if (flags.set().isGiven(EXPERIMENTAL + name) && !SILENT.contains(name)) {
      said.add(
          "--experimental-%s is deprecated in %s3.6 and will be decommissioned in %s3.7. Use %s instead."
              .formatted(name, v, v, instead));
    }
  }
}
