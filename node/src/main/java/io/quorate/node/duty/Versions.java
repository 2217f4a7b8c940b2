package io.quorate.node.duty;

import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.membership.Version;
import java.util.Optional;

/**
 * What the version of a cluster should be, and that of a member's storage (spec/peer.md 9.1). Pure.
 */
public final class Versions {
  /** The version of etcd that this program is. */
  public static final Version SERVER = new Version(3, 6, 14, "");

  /** What a cluster is until all its members are known. */
  public static final Version UNDECIDED = Version.of(3, 0);

  private Versions() {}

  /**
   * What a leader should set.
   *
   * @param lowest the lowest version of all members, empty if one of them is not known
   */
  public static Optional<Version> decide(MembershipView cluster, Optional<Version> lowest) {
    Optional<Version> current = cluster.clusterVersion();
    if (current.isEmpty()) {
      return Optional.of(lowest.map(Version::majorMinor).orElse(UNDECIDED));
    }
    if (lowest.isEmpty()) {
      return Optional.empty();
    }
    Version now = current.get();
    Version reachable = lowest.get().majorMinor();
    if (cluster.downgrade().enabled()) {
      return Version.parse(cluster.downgrade().targetVersion())
          .filter(target -> !target.equals(now))
          .filter(target -> isOneBelow(target, now) && isOneBelow(target, reachable));
    }
    boolean rises = now.major() == reachable.major() && now.minor() < reachable.minor();
    return rises ? Optional.of(reachable) : Optional.empty();
  }

  /**
   * To what the storage should be migrated, if it should.
   *
   * @param storage the version found there, empty if none can be told
   */
  public static Optional<Version> migrateTo(MembershipView cluster, Optional<Version> storage) {
    return cluster
        .clusterVersion()
        .filter(version -> !version.equals(UNDECIDED))
        .map(Version::majorMinor)
        .filter(version -> storage.isEmpty() || !storage.get().majorMinor().equals(version));
  }

  private static boolean isOneBelow(Version target, Version above) {
    return target.major() == above.major() && target.minor() == above.minor() - 1;
  }
}
