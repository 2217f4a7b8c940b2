package io.quorate.peer;

import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpDialer;
import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpReceiver;
import io.quorate.io.Clock;
import io.quorate.node.port.OutgoingSnapshot;
import io.quorate.node.port.Transport;
import io.quorate.raft.message.Message;
import io.quorate.statemachine.membership.Member;
import java.net.InetAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;

/**
 * All other members. Peers are those of the configuration; <em>remotes</em> are addresses that we
 * only answer to, before the configuration names them (spec/peer.md 2.7).
 */
public final class PeerNetwork implements Transport, AutoCloseable {
  final PeerOptions options;
  final HttpDialer dialer;
  final HttpDialer streamDialer;
  final RaftPort raft;
  final Clock clock;
  final PeerListener listener;
  final Logger log;
  final ScheduledExecutorService timer;

  private final Map<Long, RemotePeer> peers = new ConcurrentHashMap<>();
  private final Map<Long, Pipeline> remotes = new ConcurrentHashMap<>();
  // Of members that are no peers there is one for all.
  private final Backlog strangers = new Backlog();
  // Guarded by this: changes of peers and remotes.
  private boolean closed;

  public PeerNetwork(
      PeerOptions options,
      EdgeServer edge,
      Optional<InetAddress> localAddress,
      RaftPort raft,
      Clock clock,
      PeerListener listener,
      Logger log) {
    this.options = options;
    this.raft = raft;
    this.clock = clock;
    this.listener = listener;
    this.log = log;
    dialer = dialer(edge, options.dialTimeout(), Duration.ZERO, true, localAddress);
    streamDialer = dialer(edge, options.dialTimeout(), options.readTimeout(), false, localAddress);
    timer =
        Executors.newSingleThreadScheduledExecutor(
            Thread.ofPlatform().name("etcd-peer").daemon().factory());
    long beat = options.readTimeout().toNanos() / 3;
    timer.scheduleAtFixedRate(this::heartbeat, beat, beat, TimeUnit.NANOSECONDS);
  }

  private static HttpDialer dialer(
      EdgeServer edge,
      Duration dial,
      Duration read,
      boolean reuse,
      Optional<InetAddress> localAddress) {
    return new HttpDialer(edge, new HttpDialer.Options(dial, read, reuse, localAddress));
  }

  private void heartbeat() {
    peers.values().forEach(RemotePeer::heartbeat);
  }

  // ---- for the node ----

  @Override
  public void send(List<Message> messages) {
    int lastAck = -1;
    for (int i = messages.size() - 1; i >= 0 && lastAck < 0; i--) {
      if (messages.get(i) instanceof Message.AppendResponse) {
        lastAck = i;
      }
    }
    for (int i = 0; i < messages.size(); i++) {
      Message message = messages.get(i);
      // Of several acknowledgements at once the last says it all.
      if (message instanceof Message.AppendResponse && i != lastAck) {
        continue;
      }
      send(message);
    }
  }

  private void send(Message message) {
    long to = message.to();
    if (to == 0 || raft.isRemoved(to)) {
      return;
    }
    RemotePeer peer = peers.get(to);
    if (peer != null) {
      peer.send(message);
      return;
    }
    Pipeline remote = remotes.get(to);
    if (remote == null || !remote.offer(message)) {
      log.atDebug()
          .addKeyValue("message-type", message.type())
          .addKeyValue("unknown-target-peer-id", Long.toHexString(to))
          .log("ignored message send request; unknown remote peer target");
    }
  }

  @Override
  public long activeSinceNanos(long memberId) {
    RemotePeer peer = peers.get(memberId);
    return peer == null ? INACTIVE : peer.activeSinceNanos();
  }

  @Override
  public void send(OutgoingSnapshot snapshot) {
    long to = snapshot.message().to();
    RemotePeer peer = peers.get(to);
    if (peer == null) {
      snapshot.close();
      raft.snapshotSent(to, false);
      return;
    }
    Thread.ofPlatform()
        .name("etcd-snapshot-" + Long.toHexString(to))
        .daemon()
        .start(() -> {
          long began = clock.nanos();
          listener.snapshotSending(to);
          boolean arrived = false;
          try (snapshot) {
            arrived = peer.send(snapshot);
          } finally {
            listener.snapshotSent(to, arrived, (clock.nanos() - began) / 1e9);
            raft.snapshotSent(to, arrived);
          }
        });
  }

  @Override
  public synchronized void members(List<Member> members) {
    Set<Long> wanted = new HashSet<>();
    for (Member member : members) {
      wanted.add(member.id());
      add(member);
    }
    for (Long id : List.copyOf(peers.keySet())) {
      if (!wanted.contains(id)) {
        remove(id);
      }
    }
  }

  @Override
  public synchronized void add(Member member) {
    long id = member.id();
    if (closed || id == options.memberId()) {
      return;
    }
    RemotePeer known = peers.get(id);
    if (known != null) {
      known.update(member.peerUrls());
      return;
    }
    RemotePeer peer = new RemotePeer(id, member.peerUrls(), this);
    peers.put(id, peer);
    listener.known(id, true);
    peer.start();
    log.atInfo()
        .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
        .addKeyValue("remote-peer-id", Long.toHexString(id))
        .addKeyValue("remote-peer-urls", member.peerUrls())
        .log("added remote peer");
  }

  @Override
  public synchronized void remove(long memberId) {
    RemotePeer gone = peers.remove(memberId);
    if (gone == null) {
      return;
    }
    gone.stop();
    listener.known(memberId, false);
    log.atInfo()
        .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
        .addKeyValue("removed-remote-peer-id", Long.toHexString(memberId))
        .log("removed remote peer");
  }

  /** How many peers can be reached now. */
  @Override
  public int activePeers() {
    int active = 0;
    for (RemotePeer peer : peers.values()) {
      if (peer.activeSinceNanos() != INACTIVE) {
        active++;
      }
    }
    return active;
  }

  // ---- for the port ----

  /** Somebody who may not be in our configuration yet, at these URLs. */
  public synchronized void addRemote(long id, List<String> peerUrls) {
    if (closed || peerUrls.isEmpty() || peers.containsKey(id) || id == options.memberId()) {
      return;
    }
    remotes.computeIfAbsent(
        id,
        key -> {
          PeerUrls urls = new PeerUrls(peerUrls);
          log.atInfo()
              .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
              .addKeyValue("remote-peer-id", Long.toHexString(id))
              .addKeyValue("remote-peer-urls", peerUrls)
              .log("added new remote peer");
          return new Pipeline(options, urls, dialer, new RemoteOutcome(id), log);
        });
  }

  private final class RemoteOutcome implements Pipeline.Outcome {
    private final long id;

    RemoteOutcome(long id) {
      this.id = id;
    }

    @Override
    public void arrived(Message message) {}

    @Override
    public void failed(Message message, String error, boolean removed) {
      listener.sendFailed(id);
      if (removed) {
        raft.removedByOthers();
      }
    }
  }

  /** Whether {@code id} is another member of the configuration. */
  public boolean isPeer(long id) {
    return peers.containsKey(id);
  }

  /** Whether it is known where to answer {@code id}, in the configuration or before. */
  public boolean canReach(long id) {
    return peers.containsKey(id) || remotes.containsKey(id);
  }

  public boolean isRemoved(long id) {
    return raft.isRemoved(id);
  }

  /** Answers with a stream to {@code from}, which was a peer a moment ago. */
  public HttpReceiver attach(long from, StreamKind kind, HttpExchange exchange) {
    RemotePeer peer = peers.get(from);
    if (peer == null) {
      exchange.abort();
      return HttpReceiver.NONE;
    }
    return peer.attach(kind, exchange);
  }

  /**
   * Takes a message from outside.
   *
   * @param bytes how long it was
   * @return false if it is not for us, from one who was removed, or one too many
   */
  public boolean receive(Message message, int bytes) {
    if (message.to() != options.memberId()) {
      log.atWarn()
          .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
          .addKeyValue("mismatch-member-id", Long.toHexString(message.to()))
          .log("rejected Raft message to mismatch member");
      return false;
    }
    if (raft.isRemoved(message.from())) {
      log.atWarn()
          .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
          .addKeyValue("removed-member-id", Long.toHexString(message.from()))
          .log("rejected Raft message from removed member");
      return false;
    }
    switch (message) {
      // What a member only tells itself has no business on the network.
      case Message.Hup _,
          Message.Beat _,
          Message.Unreachable _,
          Message.SnapshotStatus _,
          Message.CheckQuorum _,
          Message.StorageAppend _,
          Message.StorageAppendResponse _,
          Message.StorageApply _,
          Message.StorageApplyResponse _ -> {}
      case Message.Propose _,
          Message.Append _,
          Message.AppendResponse _,
          Message.Vote _,
          Message.VoteResponse _,
          Message.PreVote _,
          Message.PreVoteResponse _,
          Message.InstallSnapshot _,
          Message.Heartbeat _,
          Message.HeartbeatResponse _,
          Message.ReadIndex _,
          Message.ReadIndexResponse _,
          Message.TransferLeader _,
          Message.TimeoutNow _,
          Message.ForgetLeader _ -> {
        return queue(message, bytes);
      }
    }
    return true;
  }

  private boolean queue(Message message, int bytes) {
    RemotePeer peer = peers.get(message.from());
    Backlog backlog = peer == null ? strangers : peer.backlog();
    if (backlog.enter(bytes)) {
      raft.receive(message, () -> backlog.leave(bytes));
      return true;
    }
    listener.receiveFailed(Long.toHexString(message.from()));
    log.atWarn()
        .addKeyValue("message-type", message.type())
        .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
        .addKeyValue("from", Long.toHexString(message.from()))
        .addKeyValue("remote-peer-id", Long.toHexString(message.from()))
        .addKeyValue("remote-peer-active", peer != null && peer.activeSinceNanos() != INACTIVE)
        .log("dropped internal Raft message since receiving buffer is full (overloaded network)");
    return false;
  }

  public PeerListener listener() {
    return listener;
  }

  public PeerOptions options() {
    return options;
  }

  /** Ends all connections. */
  @Override
  public void close() {
    List<RemotePeer> last;
    synchronized (this) {
      closed = true;
      last = new ArrayList<>(peers.values());
      peers.clear();
      remotes.values().forEach(Pipeline::close);
      remotes.clear();
    }
    last.forEach(RemotePeer::stop);
    timer.shutdownNow();
    dialer.close();
    streamDialer.close();
  }
}
