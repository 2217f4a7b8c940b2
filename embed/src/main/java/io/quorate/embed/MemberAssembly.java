package io.quorate.embed;

import io.quorate.backend.Backend;
import io.quorate.embed.config.Compaction;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.flag.FeatureGates.Gate;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.metrics.MemberMetrics;
import io.quorate.mvcc.MvccOptions;
import io.quorate.node.Member;
import io.quorate.node.MemberOptions;
import io.quorate.node.duty.AutoCompaction;
import io.quorate.node.duty.Versions;
import io.quorate.node.recovery.Recovered;
import io.quorate.server.SlowRequests;
import io.quorate.statemachine.ApplyListener;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.StateMachine;
import io.quorate.statemachine.StateMachineOptions;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.lease.Lessor;
import io.quorate.statemachine.membership.Membership;
import io.quorate.statemachine.request.InternalRequest;
import io.quorate.wal.Wal;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;

/**
 * Puts a member together from what was recovered: state machine, engine, and who listens to them.
 */
final class MemberAssembly {
  // Of the log at most this part of the heap is in memory: 5,000 entries, as etcd keeps, may be any
  // size.
  private static final int LOG_SHARE_OF_HEAP = 8;

  private MemberAssembly() {}

  /** What was recovered is closed if this fails. */
  static Member of(
      Setting setting,
      Compaction.Retention retention,
      Recovered found,
      PeerSide peerSide,
      AuthSetup auth) {
    try {
      return assemble(setting, retention, found, peerSide, auth);
    } catch (RuntimeException | Error e) {
      // What goes wrong then is suppressed.
      try (Backend _ = found.backend();
          Wal _ = found.wal()) {
        throw e;
      }
    }
  }

  private static Member assemble(
      Setting setting,
      Compaction.Retention retention,
      Recovered found,
      PeerSide peerSide,
      AuthSetup auth) {
    MemberConfig config = setting.config();
    MemberMetrics metrics = setting.metrics();
    Clock clock = setting.clock();
    Failpoints failpoints = setting.failpoints();
    Logger log = setting.log();
    MemberConfig.Raft raft = config.raft();
    auth.check();
    if (found.newPeers().isEmpty()) {
      log.atInfo().log("bootstrapping raft");
    }
    log.atInfo().log("bootstrap successfully");
    var stateMachine =
        StateMachine.open(
            found.backend(),
            found.v2(),
            new StateMachineOptions(
                found.ids().nodeId(),
                Quota.of(config.storage().quotaBytes()),
                Lessor.minTtlSeconds(raft.electionTicks(), raft.heartbeat().toNanos()),
                config.gates().isOn(Gate.LEASE_CHECKPOINT_PERSIST),
                new Membership.Options(config.cluster().maxLearners(), Versions.SERVER),
                new MvccOptions(
                    config.storage().compactionBatchLimit(), config.storage().compactionSleep()),
                auth.bcryptCost()),
            clock,
            failpoints,
            log,
            new Applies(
                metrics.apply(),
                SlowRequests.of(
                    config.warningApply(),
                    found.ids().clusterId(),
                    found.ids().nodeId(),
                    metrics.slowRequests(),
                    log)),
            metrics.mvcc());
    try {
      return assemble(setting, retention, found, peerSide, auth, stateMachine);
    } catch (RuntimeException | Error e) {
      // Its view keeps the database open.
      stateMachine.stores().mvcc().close();
      throw e;
    }
  }

  private static Member assemble(
      Setting setting,
      Compaction.Retention retention,
      Recovered found,
      PeerSide peerSide,
      AuthSetup auth,
      StateMachine stateMachine) {
    MemberConfig config = setting.config();
    MemberMetrics metrics = setting.metrics();
    Logger log = setting.log();
    MemberConfig.Raft raft = config.raft();
    stateMachine.stores().auth().listen(auth.tokens());
    var membership = stateMachine.stores().membership();
    var membershipLog = new MembershipLog(found.ids().clusterId(), found.ids().nodeId(), log);
    membershipLog.missingInSnapshot(membership.missingInSnapshot());
    membershipLog.recovered(membership.view());
    membership.listen(membershipLog);
    StartLog.quota(Quota.of(config.storage().quotaBytes()), config.storage(), log);
    StartLog.startingServer(found.ids(), membership.view(), log);
    var options =
        new MemberOptions(
            found.ids().nodeId(),
            found.ids().clusterId(),
            config.name(),
            config.cluster().advertiseClientUrls(),
            raft.heartbeat(),
            raft.electionTicks(),
            raft.initialElectionTickAdvance(),
            raft.preVote(),
            raft.entriesPerSnapshot(),
            raft.catchupEntries(),
            Runtime.getRuntime().maxMemory() / LOG_SHARE_OF_HEAP,
            config.storage().walsKept(),
            config.storage().snapshotsKept(),
            config.limits().requestBytes(),
            config.watchProgressInterval(),
            config.gates().isOn(Gate.LEASE_CHECKPOINT),
            config.cluster().strictReconfiguration(),
            raft.readTimeout());
    Member.Network network = peerSide.network(found.ids(), metrics.peers(found.ids().nodeId()));
    return new Member(
        options,
        new Member.Origin(
            found.snapshot(),
            found.hardState(),
            found.entries(),
            found.newPeers(),
            found.wal(),
            found.segments(),
            found.snapshots(),
            peerSide.known()),
        stateMachine,
        network,
        (revision, compact) -> compaction(retention, revision, compact, log),
        setting.clock(),
        RandomGenerator.getDefault(),
        setting.failpoints(),
        metrics.member(),
        log,
        setting.logs().raft());
  }

  /** What is counted of applied requests, and what is said about slow ones. */
  private record Applies(ApplyListener metrics, SlowRequests slow) implements ApplyListener {
    @Override
    public void applied(String op, boolean success, long nanos) {
      metrics.applied(op, success, nanos);
    }

    @Override
    public void applied(InternalRequest request, Outcome outcome, long term, long nanos) {
      slow.applied(request, outcome, term, nanos);
    }
  }

  private static Optional<AutoCompaction> compaction(
      Compaction.Retention compaction,
      java.util.function.LongSupplier revision,
      java.util.function.LongFunction<CompletableFuture<?>> compact,
      Logger log) {
    if (compaction.isOff()) {
      return Optional.empty();
    }
    return Optional.of(
        compaction.byRevision()
            ? AutoCompaction.revisions(compaction.revisions(), revision, compact, log)
            : AutoCompaction.periodic(compaction.period(), revision, compact, log));
  }
}
