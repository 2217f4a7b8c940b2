package io.quorate.node;

import java.time.Duration;
import java.util.List;

/**
 * What a member is told once.
 *
 * @param tick the heartbeat interval
 * @param advanceTicks whether a member of several skips ticks before its first election; a lone one
 *     does
 * @param snapshotCount applied entries between two .snap files
 * @param catchupEntries entries kept in memory for slow followers
 * @param logBytes payload of applied entries that may stand in memory: about half of it is kept for
 *     slow followers, and when as much was applied, a .snap file is due before {@code
 *     snapshotCount}
 * @param maxWals WAL files that purging leaves, 0 for all; likewise {@code maxSnapshots}
 * @param maxRequestBytes of an encoded proposal
 * @param watchProgress after which a quiet watcher hears of it
 * @param leaseCheckpoints gate LeaseCheckpoint
 * @param strictReconfiguration {@code --strict-reconfig-check}
 * @param contact how long a member of several looks out for the others at its start before its
 *     election clock runs as usual
 */
public record MemberOptions(
    long memberId,
    long clusterId,
    String name,
    List<String> clientUrls,
    Duration tick,
    int electionTicks,
    boolean advanceTicks,
    boolean preVote,
    long snapshotCount,
    long catchupEntries,
    long logBytes,
    int maxWals,
    int maxSnapshots,
    int maxRequestBytes,
    Duration watchProgress,
    boolean leaseCheckpoints,
    boolean strictReconfiguration,
    Duration contact) {

  /** How long a request may take: 5 s and two election timeouts (spec/raft.md 9.1). */
  public Duration requestTimeout() {
    return Duration.ofSeconds(5).plus(tick.multipliedBy(2L * electionTicks));
  }

  public Duration electionTimeout() {
    return tick.multipliedBy(electionTicks);
  }
}
