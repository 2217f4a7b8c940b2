package io.quorate.embed;

import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpDialer;
import io.quorate.edge.Limits;
import io.quorate.edge.Listener;
import io.quorate.edge.Serving;
import io.quorate.embed.config.MemberConfig;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.Failpoints;
import io.quorate.node.Member;
import io.quorate.node.duty.Versions;
import io.quorate.node.port.OtherMembers;
import io.quorate.node.recovery.FoundingCluster;
import io.quorate.node.recovery.JoiningCluster;
import io.quorate.peer.PeerCalls;
import io.quorate.peer.PeerListener;
import io.quorate.peer.PeerNetwork;
import io.quorate.peer.PeerOptions;
import io.quorate.peer.RaftPort;
import io.quorate.peer.http.PeerHttp;
import io.quorate.raft.message.Message;
import io.quorate.server.KeyHashes;
import io.quorate.server.auth.Callers;
import io.quorate.statemachine.membership.Version;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.WalMetadata;
import java.net.InetAddress;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** The other members: asked before this one starts, then its network, then its port 2380. */
final class PeerSide implements AutoCloseable {
  private static final Duration IDLE = Duration.ofSeconds(10);

  private final MemberConfig config;
  private final EdgeServer edge;
  private final List<Listener> listeners;
  private final Optional<InetAddress> localAddress;
  private final Clock clock;
  private final Logger log;
  private final HttpDialer dialer;
  private final Engine engine = new Engine();
  private @Nullable PeerNetwork network;
  private List<io.quorate.statemachine.membership.Member> known = List.of();

  /**
   * @param listeners the port 2380
   * @param localAddress from where others are dialed, if not from any
   */
  PeerSide(
      MemberConfig config,
      EdgeServer edge,
      List<Listener> listeners,
      Optional<InetAddress> localAddress,
      Clock clock,
      Logger log) {
    this.config = config;
    this.edge = edge;
    this.listeners = listeners;
    this.localAddress = localAddress;
    this.clock = clock;
    this.log = log;
    dialer =
        new HttpDialer(
            edge, new HttpDialer.Options(dialTimeout(), Duration.ZERO, false, localAddress));
  }

  private Duration dialTimeout() {
    return Duration.ofSeconds(1).plus(config.raft().election());
  }

  /** Asks as one who is no member yet. */
  PeerCalls stranger() {
    return calls(PeerCalls.Asker.NOBODY);
  }

  private PeerCalls calls(PeerCalls.Asker asker) {
    return new PeerCalls(
        dialer, asker, config.raft().requestTimeout(), config.raft().election(), clock, log);
  }

  /**
   * Finds this member in the cluster that it was added to.
   *
   * @throws io.quorate.node.recovery.CannotStartException in the original's words
   */
  JoiningCluster join(FoundingCluster byFlags) {
    PeerCalls calls = stranger();
    JoiningCluster found =
        JoiningCluster.find(byFlags, config.name(), new ResolvedUrls(log), calls);
    if (!isCompatible(found, calls)) {
      throw JoiningCluster.incompatible();
    }
    known = found.members();
    return found;
  }

  /** Whether our version may run in that cluster (spec/peer.md 6.4, step 5). */
  private static boolean isCompatible(JoiningCluster found, OtherMembers calls) {
    boolean downgrading = false;
    for (var member : found.members()) {
      Optional<Boolean> answer =
          member.id() == found.ids().nodeId()
              ? Optional.empty()
              : calls.downgradeEnabled(member).join();
      if (answer.isPresent()) {
        downgrading = answer.get();
        break;
      }
    }
    Version ours = Versions.SERVER.majorMinor();
    Version least = downgrading ? Version.of(ours.major(), ours.minor() + 1) : Version.of(3, 0);
    Version most = downgrading ? least : ours;
    boolean oneFits = false;
    for (var member : found.members()) {
      if (member.id() == found.ids().nodeId()) {
        continue;
      }
      Optional<Version> cluster =
          calls.versions(member).join().flatMap(OtherMembers.Versions::cluster);
      if (cluster.isEmpty()) {
        continue;
      }
      Version theirs = cluster.get().majorMinor();
      if (theirs.compareTo(least) < 0 || theirs.compareTo(most) > 0) {
        return false;
      }
      oneFits = true;
    }
    return oneFits;
  }

  /** The network of the member with these ids. Nothing goes out before it is told of members. */
  Member.Network network(WalMetadata ids, PeerListener listener) {
    var options =
        new PeerOptions(
            ids.nodeId(),
            ids.clusterId(),
            Versions.SERVER.toString(),
            config.cluster().initialAdvertisePeerUrls(),
            dialTimeout(),
            config.raft().readTimeout(),
            config.raft().writeTimeout(),
            config.raft().requestTimeout());
    var made = new PeerNetwork(options, edge, localAddress, engine, clock, listener, log);
    network = made;
    return new Member.Network(made, calls(new PeerCalls.Asker(ids.nodeId(), ids.clusterId())));
  }

  /**
   * This member founds a cluster with {@code members}, who can be reached before the log names
   * them. Founders ask each other whether the cluster exists already; one that has nothing to tell
   * yet says so by sending them away, or each would wait its full time for the others.
   */
  void founding(List<io.quorate.statemachine.membership.Member> members) {
    known = members;
    listeners.forEach(Listener::refuse);
  }

  /** Members that the database does not name yet. */
  List<io.quorate.statemachine.membership.Member> known() {
    return known;
  }

  /** Serves the port from now on. */
  void serve(
      Member member,
      Disk disk,
      SnapshotDirectory snapshots,
      KeyHashes hashes,
      Callers callers,
      Failpoints failpoints) {
    engine.member = member;
    PeerNetwork made = network;
    if (made == null) {
      throw new IllegalStateException("no network yet");
    }
    var http =
        PeerHttp.of(
            made,
            member,
            disk,
            snapshots::databasePath,
            hashes::at,
            callers::refusalOfAdmin,
            clock,
            failpoints,
            log);
    Limits limits =
        Limits.DEFAULT.withTimes(Limits.DEFAULT.tlsHandshake(), IDLE, config.raft().readTimeout());
    listeners.forEach(
        listener -> listener.serve(Serving.plain().http1().http(http).limits(limits)));
  }

  @Override
  public void close() {
    PeerNetwork made = network;
    if (made != null) {
      made.close();
    }
    dialer.close();
  }

  /** The engine as the network sees it; what comes before there is one is lost, as on a wire. */
  private static final class Engine implements RaftPort {
    private volatile @Nullable Member member;

    @Override
    public void receive(Message message, Runnable taken) {
      Member to = member;
      if (to == null) {
        taken.run();
      } else {
        to.receive(message, taken);
      }
    }

    @Override
    public boolean isRemoved(long memberId) {
      Member to = member;
      return to != null && to.stores().membership().view().removed().contains(memberId);
    }

    @Override
    public void unreachable(long memberId) {
      Member to = member;
      if (to != null) {
        to.unreachable(memberId);
      }
    }

    @Override
    public void snapshotSent(long memberId, boolean arrived) {
      Member to = member;
      if (to != null) {
        to.snapshotSent(memberId, arrived);
      }
    }

    @Override
    public void removedByOthers() {
      Member to = member;
      if (to != null) {
        to.removedByOthers();
      }
    }
  }
}
