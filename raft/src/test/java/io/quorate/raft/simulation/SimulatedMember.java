package io.quorate.raft.simulation;

import io.quorate.raft.Config;
import io.quorate.raft.NodeForTests;
import io.quorate.raft.RaftException;
import io.quorate.raft.RawNode;
import io.quorate.raft.ReadState;
import io.quorate.raft.Ready;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.codec.ConfChangeV2Codec;
import io.quorate.raft.confchange.Changer;
import io.quorate.raft.confchange.ConfigurationException;
import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.random.RandomGenerator;

/** A member: a node, its disk, its log in memory, and a state machine that only remembers. */
final class SimulatedMember {
  /** A write on its way, with what has to be known to finish it. */
  private record Pending(Message.StorageAppend append, boolean mustSync) {}

  private final long id;
  private final Laws laws;
  private final Consumer<Message> network;
  private final BiFunction<Long, MemoryStorage, Config> configs;
  private final SimulatedDisk disk = new SimulatedDisk();

  private MemoryStorage storage = new MemoryStorage();
  private RawNode node;
  private boolean async;
  private boolean alive = true;
  private boolean removed;

  private final Deque<Pending> appends = new ArrayDeque<>();
  private final Deque<Message.StorageApply> applies = new ArrayDeque<>();
  private final Map<String, Long> reads = new HashMap<>();

  private long appliedIndex;
  private ConfState confState = ConfState.EMPTY;

  SimulatedMember(
      long id,
      Laws laws,
      Consumer<Message> network,
      BiFunction<Long, MemoryStorage, Config> configs) {
    this.id = id;
    this.laws = laws;
    this.network = network;
    this.configs = configs;
    start();
  }

  private void start() {
    Config config = configs.apply(id, storage);
    async = config.asyncStorageWrites();
    node = new RawNode(config);
    laws.started(id, disk.term());
    laws.check(node);
  }

  long id() {
    return id;
  }

  RawNode node() {
    return node;
  }

  boolean isAlive() {
    return alive;
  }

  long appliedIndex() {
    return appliedIndex;
  }

  ConfState confState() {
    return confState;
  }

  boolean isRemoved() {
    return removed;
  }

  void remove() {
    removed = true;
    alive = false;
  }

  void crash(RandomGenerator random) {
    disk.crash(random);
    appends.clear();
    applies.clear();
    reads.clear();
    alive = false;
  }

  void restart() {
    storage = disk.load();
    appliedIndex = disk.snapshotIndex();
    confState = disk.snapshotConfState();
    alive = true;
    start();
  }

  void step(Message message) {
    try {
      node.step(message);
    } catch (RaftException ignored) {
      // A removed peer, or a proposal that nobody takes.
    }
    laws.check(node);
  }

  /** Whatever a client asks for; refusals are ordinary. */
  void request(Runnable request) {
    try {
      request.run();
    } catch (RaftException ignored) {
      // The client would try again.
    }
    laws.check(node);
  }

  void read(String context) {
    reads.put(context, laws.greatestCommit());
    request(() -> node.readIndex(context.getBytes(StandardCharsets.UTF_8)));
  }

  void tick() {
    node.tick();
    laws.check(node);
  }

  /** Serves one Ready. May crash on the way: returns whether it lived. */
  boolean serveReady(RandomGenerator random, double crashRate) {
    if (!node.hasReady()) {
      return true;
    }
    boolean leads = node.leader() == id;
    Ready ready = node.ready();
    ready.readStates().forEach(this::answered);
    if (async) {
      serveAsync(ready);
      return true;
    }
    if (leads) {
      ready.messages().forEach(this::send);
    }
    disk.write(new SimulatedDisk.Write(ready.hardState(), ready.entries(), ready.snapshot()));
    if (random.nextDouble() < crashRate) {
      crash(random);
      return false;
    }
    if (ready.mustSync() || ready.snapshot().isPresent()) {
      disk.sync();
    }
    store(ready.hardState(), ready.snapshot(), ready.entries());
    if (!leads) {
      ready.messages().forEach(this::send);
    }
    ready.afterAppend().forEach(this::send);
    if (random.nextDouble() < crashRate) {
      crash(random);
      return false;
    }
    ready.committed().forEach(this::apply);
    node.advance();
    laws.check(node);
    return true;
  }

  private void serveAsync(Ready ready) {
    ready.messages().forEach(this::send);
    ready
        .storageAppend()
        .ifPresent(
            a -> appends.add(new Pending(a, ready.mustSync() || ready.snapshot().isPresent())));
    ready
        .storageAppend()
        .ifPresent(
            a -> disk.write(new SimulatedDisk.Write(a.hardState(), a.entries(), a.snapshot())));
    ready.storageApply().ifPresent(applies::add);
    laws.check(node);
  }

  boolean hasAppends() {
    return !appends.isEmpty();
  }

  boolean hasApplies() {
    return !applies.isEmpty();
  }

  /** One sync covers every write that is there. */
  void finishAppends(int count) {
    if (appends.stream().anyMatch(Pending::mustSync)) {
      disk.sync();
    }
    for (int i = 0; i < count && !appends.isEmpty(); i++) {
      Message.StorageAppend append = appends.poll().append();
      if (append.snapshot().isPresent()) {
        // What was handed out before it is to be applied before it.
        while (hasApplies()) {
          finishApply();
        }
      }
      store(append.hardState(), append.snapshot(), append.entries());
      node.appended(append).forEach(this::send);
      laws.check(node);
    }
  }

  void finishApply() {
    Message.StorageApply batch = applies.poll();
    if (batch != null) {
      batch.entries().forEach(this::apply);
      node.applied(batch);
      laws.check(node);
    }
  }

  private void store(
      Optional<HardState> hardState, Optional<Snapshot> snapshot, List<Entry> entries) {
    hardState.ifPresent(storage::setHardState);
    snapshot.ifPresent(s -> {
      storage.applySnapshot(s);
      if (s.index() < appliedIndex) {
        throw Laws.broken("Snapshots never go back", id + " at " + appliedIndex + " gets " + s);
      }
      appliedIndex = s.index();
      confState = s.confState();
    });
    storage.append(entries);
    for (Entry entry : entries) {
      if (entry.index() > storage.firstIndex()) {
        laws.wrote(id, storage.term(entry.index() - 1), entry);
      }
    }
  }

  private void apply(Entry entry) {
    if (entry.index() != appliedIndex + 1) {
      throw Laws.broken(
          "Apply in order", id + " applied " + entry.index() + " after " + appliedIndex);
    }
    appliedIndex = entry.index();
    laws.applied(id, node.term(), entry);
    byte[] data = entry.data() == null ? new byte[0] : entry.data();
    switch (entry.type()) {
      case NORMAL -> {}
      case CONF_CHANGE -> confState = node.applyConfChange(fit(ConfChangeCodec.decode(data)));
      case CONF_CHANGE_V2 -> confState = node.applyConfChange(ConfChangeV2Codec.decode(data));
    }
    laws.check(node);
  }

  /** The application makes a change void that cannot be made; all members agree on which. */
  private ConfChange fit(ConfChange change) {
    try {
      Changer.apply(Changer.restore(confState), change.asV2());
      return change;
    } catch (ConfigurationException e) {
      return new ConfChange(change.id(), change.type(), 0, change.context());
    }
  }

  /** Makes a snapshot of what is applied, and keeps some log behind it. */
  void compact(int keptEntries) {
    long index = Math.min(appliedIndex, node.applied());
    if (index <= storage.snapshot().index() || index != appliedIndex) {
      return;
    }
    storage.createSnapshot(index, confState, null);
    disk.snapshot(index, storage.term(index), confState);
    long compacted = index - keptEntries;
    if (compacted >= storage.firstIndex()) {
      storage.compact(compacted);
    }
  }

  private void answered(ReadState state) {
    String context = new String(state.context(), StandardCharsets.UTF_8);
    Long wanted = reads.remove(context);
    if (wanted != null) {
      laws.answered(wanted, state.index());
    }
  }

  private void send(Message message) {
    laws.sent(message, disk.lastIndex(), disk.term());
    network.accept(message);
  }

  @Override
  public String toString() {
    return id
        + (alive ? "" : " down")
        + (removed ? " removed" : "")
        + (async ? " async " : " sync ")
        + node.role()
        + " term "
        + node.term()
        + " lead "
        + node.leader()
        + " commit "
        + node.committed()
        + " applied "
        + appliedIndex
        + " log "
        + NodeForTests.firstIndex(node)
        + ".."
        + NodeForTests.lastIndex(node)
        + " "
        + node.status().configuration()
        + " "
        + node.status().progress();
  }
}
