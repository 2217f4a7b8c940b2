package io.quorate.peer;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpReceiver;
import io.quorate.gotext.GoBytes;
import io.quorate.node.port.OutgoingSnapshot;
import io.quorate.peer.codec.MessageFrames;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.message.Message;
import java.io.IOException;
import java.net.URI;
import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * One other member: two streams that it reads, two that we read, and the pipeline for what has no
 * stream.
 *
 * <pre>
 *   append   ─► stream MsgApp v2, else stream Message, else pipeline
 *   others   ─► stream Message, else pipeline
 *   snapshot ─► a request of its own
 * </pre>
 */
final class RemotePeer implements StreamWriter.Owner, Pipeline.Outcome {
  private final long id;
  private final PeerNetwork network;
  private final PeerUrls urls;
  private final PeerActivity activity;
  private final Map<StreamKind, StreamWriter> writers = new EnumMap<>(StreamKind.class);
  private final Map<StreamKind, StreamReader> readers = new EnumMap<>(StreamKind.class);
  private final List<Prober> probers;
  private final Pipeline pipeline;
  private final Backlog backlog = new Backlog();
  private final Logger log;
  // Guarded by this.
  private final Set<SnapshotSender> snapshots = new HashSet<>();
  private boolean stopped;

  RemotePeer(long id, List<String> peerUrls, PeerNetwork network) {
    this.id = id;
    this.network = network;
    this.log = network.log;
    urls = new PeerUrls(peerUrls);
    activity = new PeerActivity(id, network.clock, network.listener, log);
    for (StreamKind kind : StreamKind.values()) {
      writers.put(
          kind,
          new StreamWriter(kind, id, network.options, this, network.clock, network.listener, log));
      readers.put(
          kind,
          new StreamReader(
              kind,
              id,
              network.options,
              urls,
              network.streamDialer,
              activity,
              network.timer,
              this::received,
              network.raft::removedByOthers,
              log));
    }
    pipeline = new Pipeline(network.options, urls, network.dialer, this, log);
    probers = List.of(prober("ROUND_TRIPPER_SNAPSHOT"), prober("ROUND_TRIPPER_RAFT_MESSAGE"));
  }

  private Prober prober(String name) {
    return new Prober(
        name, id, urls, network.dialer, network.clock, network.timer, network.listener, log);
  }

  void start() {
    log.atInfo().addKeyValue("remote-peer-id", Long.toHexString(id)).log("starting remote peer");
    line().log("started HTTP pipelining with remote peer");
    writers.values().forEach(writer -> line().log("started stream writer with remote peer"));
    readers.values().forEach(StreamReader::start);
    probers.forEach(Prober::start);
    log.atInfo().addKeyValue("remote-peer-id", Long.toHexString(id)).log("started remote peer");
  }

  private LoggingEventBuilder line() {
    return log.atInfo()
        .addKeyValue("local-member-id", Long.toHexString(network.options.memberId()))
        .addKeyValue("remote-peer-id", Long.toHexString(id));
  }

  private void received(Message message) {
    if (MessageFrames.isLinkHeartbeat(message)) {
      network.listener.received(0, MessageFrames.LINK_HEARTBEAT_BYTES);
      return;
    }
    int bytes = MessageCodec.encodedSize(message);
    network.listener.received(id, bytes);
    network.receive(message, bytes);
  }

  /** What it has sent that raft has not taken yet. */
  Backlog backlog() {
    return backlog;
  }

  /** The raft loop. */
  void send(Message message) {
    boolean taken;
    StreamWriter appends = writer(StreamKind.APPENDS);
    StreamWriter messages = writer(StreamKind.MESSAGES);
    String through;
    if (message instanceof Message.Append && appends.isAttached()) {
      taken = appends.offer(message);
      through = StreamKind.APPENDS.toString();
    } else if (messages.isAttached()) {
      taken = messages.offer(message);
      through = StreamKind.MESSAGES.toString();
    } else {
      taken = pipeline.offer(message);
      through = "pipeline";
    }
    if (!taken) {
      network.raft.unreachable(id);
      network.listener.sendFailed(id);
      log.atWarn()
          .addKeyValue("message-type", message.type())
          .addKeyValue("local-member-id", Long.toHexString(network.options.memberId()))
          .addKeyValue("from", Long.toHexString(message.from()))
          .addKeyValue("remote-peer-id", Long.toHexString(id))
          .addKeyValue("remote-peer-name", through)
          .addKeyValue("remote-peer-active", activity.isActive())
          .log("dropped internal Raft message since sending buffer is full");
    }
  }

  private StreamWriter writer(StreamKind kind) {
    StreamWriter writer = writers.get(kind);
    if (writer == null) {
      throw new AssertionError("a kind without writer: " + kind);
    }
    return writer;
  }

  /** Blocks until it has arrived or not. */
  boolean send(OutgoingSnapshot snapshot) {
    URI url = urls.pick();
    long bytes = MessageCodec.encodedSize(snapshot.message()) + snapshot.databaseBytes();
    aboutSnapshot(log.atInfo(), snapshot, bytes).log("sending database snapshot");
    try {
      deliver(new SnapshotSender(network.dialer, network.options, url, snapshot, log));
      activity.activate();
      network.listener.sent(id, bytes);
      aboutSnapshot(log.atInfo(), snapshot, bytes).log("sent database snapshot");
      return true;
    } catch (IOException e) {
      urls.failed(url);
      String text = String.valueOf(e.getMessage());
      activity.deactivate("post", "snapshot", text);
      aboutSnapshot(log.atWarn(), snapshot, bytes)
          .addKeyValue("error", text)
          .log("failed to send database snapshot");
      network.raft.unreachable(id);
      network.listener.sendFailed(id);
      return false;
    }
  }

  private void deliver(SnapshotSender sender) throws IOException {
    synchronized (this) {
      snapshots.add(sender);
      if (stopped) {
        sender.cancel();
      }
    }
    try {
      sender.run();
    } finally {
      synchronized (this) {
        snapshots.remove(sender);
      }
    }
  }

  private LoggingEventBuilder aboutSnapshot(
      LoggingEventBuilder line, OutgoingSnapshot snapshot, long bytes) {
    return line.addKeyValue("snapshot-index", snapshot.message().snapshot().index())
        .addKeyValue("remote-peer-id", Long.toHexString(id))
        .addKeyValue("bytes", bytes)
        .addKeyValue("size", GoBytes.format(bytes));
  }

  HttpReceiver attach(StreamKind kind, HttpExchange exchange) {
    return writer(kind).attach(exchange);
  }

  void update(List<String> peerUrls) {
    urls.update(peerUrls);
  }

  long activeSinceNanos() {
    return activity.sinceNanos();
  }

  void heartbeat() {
    writers.values().forEach(StreamWriter::heartbeat);
  }

  @Override
  public void attached(StreamKind kind) {
    activity.activate();
  }

  @Override
  public void detached(StreamKind kind, String error) {
    activity.deactivate("write", kind.toString(), error);
    network.listener.sendFailed(id);
  }

  @Override
  public void lost() {
    network.raft.unreachable(id);
  }

  @Override
  public void arrived(Message message) {
    activity.activate();
    network.listener.sent(id, MessageCodec.encodedSize(message));
  }

  @Override
  public void failed(Message message, String error, boolean removed) {
    activity.deactivate("write", "pipeline", error);
    network.raft.unreachable(id);
    network.listener.sendFailed(id);
    if (removed) {
      network.raft.removedByOthers();
    }
  }

  void stop() {
    log.atInfo().addKeyValue("remote-peer-id", Long.toHexString(id)).log("stopping remote peer");
    writers.values().forEach(StreamWriter::close);
    probers.forEach(Prober::stop);
    pipeline.close();
    line().log("stopped HTTP pipelining with remote peer");
    readers.values().forEach(StreamReader::stop);
    synchronized (this) {
      stopped = true;
      // The log is not compacted while a snapshot is on its way.
      snapshots.forEach(SnapshotSender::cancel);
    }
    log.atInfo().addKeyValue("remote-peer-id", Long.toHexString(id)).log("stopped remote peer");
  }
}
