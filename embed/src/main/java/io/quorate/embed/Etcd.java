package io.quorate.embed;

import io.quorate.edge.AccessControl;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.HeaderTrace;
import io.quorate.edge.Keepalive;
import io.quorate.edge.Limits;
import io.quorate.edge.ListenException;
import io.quorate.edge.Listener;
import io.quorate.embed.config.Compaction;
import io.quorate.embed.config.ConfigException;
import io.quorate.embed.config.MemberConfig;
import io.quorate.embed.flag.FeatureGates.Gate;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.os.OsClock;
import io.quorate.io.os.OsDisk;
import io.quorate.metrics.MemberMetrics;
import io.quorate.node.Member;
import io.quorate.node.recovery.CannotStartException;
import io.quorate.node.recovery.Recovered;
import io.quorate.server.KeyHashes;
import io.quorate.server.LeaderMonitor;
import io.quorate.server.ReadPool;
import io.quorate.server.Services;
import io.quorate.server.Serving;
import io.quorate.server.SlowRequests;
import io.quorate.server.auth.Callers;
import io.quorate.server.auth.PasswordPool;
import io.quorate.server.corruption.CorruptionWatch;
import io.quorate.server.corruption.InitialCheck;
import io.quorate.server.http.Endpoints;
import io.quorate.statemachine.alarm.Quota;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * A running member: its threads, its listeners, its files. Several may run in one JVM; nothing of
 * one is shared with another.
 *
 * <pre>{@code
 * try (Etcd etcd = Etcd.start(config, logs)) {
 *   etcd.ready().join();
 * }
 * }</pre>
 */
public final class Etcd implements AutoCloseable {
  /**
   * The loggers of a member: its own, and those whose lines carry a name.
   *
   * @param headers hears of the header fields of its callers; for debugging
   */
  public record Logs(Logger member, Logger raft, Logger bolt, Optional<HeaderTrace> headers) {
    public Logs(Logger member, Logger raft, Logger bolt) {
      this(member, raft, bolt, Optional.empty());
    }
  }

  private static final int READ_THREADS = 2;
  private static final int REMOVAL_SECONDS = 1;
  // How long running calls may go on: where the start failed, and where the member was removed.
  private static final Duration START_GRACE = Duration.ofSeconds(2);
  private static final Duration REMOVAL_GRACE = Duration.ofMillis(500);
  private static final String DISCOVERY = "discovery failed";

  private final MemberConfig config;
  private final Logger log;
  private final Member member;
  private final AuthSetup auth;
  private final EdgeServer edge;
  private final PeerSide peerSide;
  private final ReadPool reads;
  private final KeyHashes hashes;
  private final CorruptionWatch corruption;
  private final PasswordPool passwords =
      new PasswordPool(Runtime.getRuntime().availableProcessors());
  private final List<LoopThread> threads = new ArrayList<>();
  private final Listeners listeners;
  private final CompletableFuture<Void> ready = new CompletableFuture<>();
  private final CompletableFuture<Throwable> died = new CompletableFuture<>();
  private boolean closed;

  private Etcd(
      MemberConfig config,
      Member member,
      AuthSetup auth,
      EdgeServer edge,
      PeerSide peerSide,
      Listeners listeners,
      Logger log) {
    this.config = config;
    this.member = member;
    this.auth = auth;
    this.edge = edge;
    this.peerSide = peerSide;
    this.listeners = listeners;
    this.log = log;
    reads = new ReadPool(READ_THREADS, member.stores().backend()::isCommitting, this::halt);
    edge.unreadable().thenAccept(this::halt);
    hashes = new KeyHashes(member, reads);
    corruption =
        new CorruptionWatch(
            member,
            hashes,
            new CorruptionWatch.Options(
                config.checks().corruptCheck(),
                config.gates().isOn(Gate.COMPACT_HASH_CHECK),
                config.checks().compactHashCheck()),
            log);
  }

  /**
   * Starts a member. Returns once it is recovered and its loops run; it serves when {@link #ready}
   * completes.
   *
   * @throws ListenException if an address cannot be had
   * @throws TooFewDescriptorsException if this process may open too few files
   * @throws io.quorate.node.recovery.CannotStartException if the data directory forbids it
   */
  public static Etcd start(MemberConfig config, Logs logs) {
    return start(config, logs, List.of(), Failpoints.NONE);
  }

  /**
   * The same, with faults at hand.
   *
   * @param commandLine what {@code /debug/vars} shows as this program's arguments, its name first
   */
  public static Etcd start(
      MemberConfig config, Logs logs, List<String> commandLine, Failpoints failpoints) {
    try {
      return startOrThrow(config, logs, commandLine, failpoints);
    } catch (ListenException | ConfigException e) {
      StartLog.gaveUp(config, logs.member);
      throw e;
    } catch (CannotStartException e) {
      if (e.ending() != CannotStartException.Ending.PANIC && e.stage().equals(DISCOVERY)) {
        StartLog.gaveUp(config, logs.member);
      }
      throw e;
    }
  }

  private static Etcd startOrThrow(
      MemberConfig config, Logs logs, List<String> commandLine, Failpoints failpoints) {
    Logger log = logs.member;
    var clock = new OsClock();
    var metrics = new MemberMetrics(config.extensiveMetrics());
    metrics.quota(Quota.of(config.storage().quotaBytes()).bytes());
    config.gates().all().forEach((gate, on) -> metrics.feature(gate, stage(gate), on));
    EdgeOptions options =
        logs.headers.map(EdgeOptions.DEFAULT::withHeaders).orElse(EdgeOptions.DEFAULT);
    var edge = new EdgeServer(options, metrics.edge(), log);
    try {
      var listeners = Listeners.bind(edge, config, log);
      Compaction.Retention retention = config.compaction().parsed();
      Optional<LocalAddress> from =
          config.gates().isOn(Gate.SET_MEMBER_LOCAL_ADDR)
              ? LocalAddress.among(config.cluster().initialAdvertisePeerUrls(), log)
              : Optional.empty();
      StartLog.starting(config, retention, from.map(LocalAddress::text).orElse(""), log);
      var peerSide =
          new PeerSide(
              config, edge, listeners.ofPeers(), from.map(LocalAddress::address), clock, log);
      var setting = new Setting(config, new OsDisk(), clock, failpoints, metrics, logs);
      Recovered found = Storage.recover(setting, peerSide);
      var auth = new AuthSetup(config.auth(), clock, log);
      Member member = MemberAssembly.of(setting, retention, found, peerSide, auth);
      var etcd = new Etcd(config, member, auth, edge, peerSide, listeners, log);
      try {
        if (found.hasHistory() && config.gates().isOn(Gate.INITIAL_CORRUPT_CHECK)) {
          etcd.compareWithPeers();
        }
        var leaders = new LeaderMonitor(member);
        etcd.run(clock, metrics, leaders);
        peerSide.serve(
            member,
            setting.disk(),
            found.snapshots(),
            etcd.hashes,
            new Callers(member, auth.tokens(), log),
            failpoints);
        etcd.serve(commandLine, failpoints, metrics, leaders);
        return etcd;
      } catch (RuntimeException | Error e) {
        etcd.giveUp(e);
        throw e;
      }
    } catch (RuntimeException | Error e) {
      edge.close();
      throw e;
    }
  }

  /** The start failed, since {@code cause}. */
  private void giveUp(Throwable cause) {
    member.stop();
    threads.forEach(LoopThread::stop);
    peerSide.close();
    reads.close();
    passwords.close();
    try {
      member.close();
    } catch (RuntimeException | Error e) {
      cause.addSuppressed(e);
    }
  }

  private static String stage(String gate) {
    for (Gate each : Gate.values()) {
      if (each.text().equals(gate)) {
        return each.stage();
      }
    }
    return gate.equals("AllAlpha") ? "ALPHA" : "BETA";
  }

  /** Before anybody is served, and before anything more is applied. */
  private void compareWithPeers() {
    if (new InitialCheck(member, hashes, log).passes().join()) {
      return;
    }
    var inconsistent = CannotStartException.inconsistent(member.options().memberId());
    log.atError().addKeyValue("error", inconsistent.getMessage()).log("checkInitialHashKV failed");
    throw inconsistent;
  }

  private void run(Clock clock, MemberMetrics metrics, LeaderMonitor leaders) {
    metrics.watch(member);
    var byThread = new LinkedHashMap<String, List<Member.NamedLoop>>();
    for (Member.NamedLoop loop : member.loops()) {
      byThread.computeIfAbsent(loop.thread(), name -> new ArrayList<>()).add(loop);
    }
    byThread
        .computeIfAbsent("etcd-duty", name -> new ArrayList<>())
        .addAll(
            List.of(
                new Member.NamedLoop("etcd-duty", new DescriptorWatch(metrics, log), wake -> {}),
                new Member.NamedLoop("etcd-duty", corruption, wake -> {}),
                new Member.NamedLoop("etcd-duty", leaders, wake -> {})));
    byThread.forEach((name, loops) -> {
      var thread =
          new LoopThread(
              name, clock, loops.stream().map(Member.NamedLoop::loop).toList(), this::halt);
      loops.forEach(loop -> loop.onWork().accept(thread::wake));
      threads.add(thread);
    });
    threads.forEach(LoopThread::start);
    member.publish();
  }

  /** What died may have left promises broken. */
  private void halt(Throwable death) {
    member.stop();
    died.complete(death);
  }

  private void serve(
      List<String> commandLine,
      Failpoints failpoints,
      MemberMetrics metrics,
      LeaderMonitor leaders) {
    var serving = new Serving(log);
    var slow =
        SlowRequests.of(
            config.warningApply(),
            member.options().clusterId(),
            member.options().memberId(),
            metrics.slowRequests(),
            log);
    var services =
        new Services(
            member,
            leaders,
            new Services.Options(
                Quota.of(config.storage().quotaBytes()),
                config.limits().maxTxnOps(),
                config.limits().maxMessageBytes(),
                config.gates().isOn(Gate.STOP_GRPC_SERVICE_ON_DEFRAG),
                auth.tokens(),
                auth.bcryptCost(),
                auth.random(),
                config.warningUnaryRequest()),
            reads,
            passwords,
            serving,
            failpoints,
            metrics.requests(),
            slow,
            log);
    metrics.methods(services.table());
    StartLog.purging(config, log);
    var endpoints =
        new Endpoints(
            member,
            new Endpoints.Options(config.profiles(), commandLine, DescriptorWatch::limit),
            metrics,
            metrics.health(),
            reads,
            slow,
            log);
    var http =
        new AccessControl(
            Set.copyOf(config.listen().hostWhitelist()),
            Set.copyOf(config.listen().cors()),
            endpoints.forClients(),
            log);
    var monitor = endpoints.forMetrics();
    StartLog.nowServing(config, member.options().memberId(), log);
    listeners.serveMonitors(io.quorate.edge.Serving.plain().http(monitor).limits(limits()));
    listeners.servingPeers();
    member
        .published()
        .thenRun(() -> {
          listeners.serveClients(
              io.quorate.edge.Serving.plain()
                  .grpc(services.table())
                  .limits(limits())
                  .keepalive(
                      new Keepalive(
                          config.limits().keepaliveMinTime(),
                          config.limits().keepaliveInterval(),
                          config.limits().keepaliveTimeout())),
              http);
          serving.begin(config.listen().clientUrls().size());
          ready.complete(null);
        });
  }

  private Limits limits() {
    return Limits.DEFAULT
        .withMessageBytes(config.limits().maxMessageBytes(), Integer.MAX_VALUE)
        .withMaxConcurrentStreams(config.limits().maxConcurrentStreams())
        .withMaxConnections((int) (DescriptorWatch.limit() - TooFewDescriptorsException.OWN));
  }

  /** Completes when clients are served. */
  public CompletableFuture<Void> ready() {
    return ready;
  }

  /** Completes when a loop or a scan died: the member has stopped and must be closed. */
  public CompletableFuture<Throwable> died() {
    return died;
  }

  /**
   * Completes a second after this member was removed from the cluster, so that others may still
   * hear of it from here: it must be closed then.
   */
  public CompletableFuture<Void> removed() {
    return member
        .removed()
        .thenRunAsync(
            () -> {}, CompletableFuture.delayedExecutor(REMOVAL_SECONDS, TimeUnit.SECONDS));
  }

  /** The member inside. */
  public Member member() {
    return member;
  }

  /** Where clients connect, ports resolved. */
  public List<java.net.SocketAddress> clientAddresses() {
    return listeners.ofClients().stream().map(Listener::localAddress).toList();
  }

  /** Lets running calls finish, as long as a request may take, and stops. */
  @Override
  public void close() {
    if (closed) {
      return;
    }
    closed = true;
    StartLog.closing(config, log);
    boolean gone = member.removed().isDone();
    if (gone) {
      // Whoever still waits is told so, and nobody is waited for.
      member.stop();
    }
    Duration grace = ready.isDone() ? config.raft().requestTimeout() : START_GRACE;
    listeners.drain(died.isDone() ? Duration.ZERO : gone ? REMOVAL_GRACE : grace);
    if (!gone) {
      handOver();
    }
    log.atInfo().log("server has stopped; stopping cluster version's monitor");
    log.atInfo().log("server has stopped; stopping storage version's monitor");
    corruption.stopped();
    member.stop();
    threads.forEach(LoopThread::stop);
    listeners.close();
    peerSide.close();
    edge.close();
    reads.close();
    passwords.close();
    try {
      member.close();
    } finally {
      StartLog.closed(config, log);
    }
  }

  /** So that the cluster need not wait for an election. */
  private void handOver() {
    boolean leads = member.raft().leads();
    if (!leads || member.stores().membership().view().voters().size() <= 1) {
      log.atInfo()
          .addKeyValue("local-member-id", Long.toHexString(member.options().memberId()))
          .addKeyValue("current-leader-member-id", Long.toHexString(member.raft().leader()))
          .log(
              leads
                  ? "skipped leadership transfer for single voting member cluster"
                  : "skipped leadership transfer; local server is not leader");
      return;
    }
    HandOver.await(
        member.handOver(), config.raft().requestTimeout(), member.options().memberId(), log);
  }
}
