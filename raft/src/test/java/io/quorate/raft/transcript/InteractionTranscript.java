package io.quorate.raft.transcript;

import io.quorate.raft.Config;
import io.quorate.raft.NodeForTests;
import io.quorate.raft.RaftException;
import io.quorate.raft.RawNode;
import io.quorate.raft.ReadOnlyOption;
import io.quorate.raft.Ready;
import io.quorate.raft.Status;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.codec.ConfChangeV2Codec;
import io.quorate.raft.event.RaftEvent;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.log.StorageException;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfChangeTransition;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Snapshot;
import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.function.Predicate;

/** A few nodes, the messages between them, and commands to both (spec/raft.md 10.4). */
final class InteractionTranscript {
  private static final List<String> LEVELS =
      List.of("DEBUG", "INFO", "WARN", "ERROR", "FATAL", "NONE");

  private final List<Node> nodes = new ArrayList<>();
  private final List<Message> inFlight = new ArrayList<>();
  private final Output output = new Output();

  private static final class Node {
    RawNode raw;
    TestStorage storage;
    boolean async;
    final Deque<Message.StorageAppend> appendWork = new ArrayDeque<>();
    final Deque<Message.StorageApply> applyWork = new ArrayDeque<>();

    List<Snapshot> history() {
      return storage.history;
    }
  }

  /** Gives the newest of the state machine's snapshots, not the one that was stored. */
  private static final class TestStorage implements io.quorate.raft.log.Storage {
    final MemoryStorage log = new MemoryStorage();
    final List<Snapshot> history = new ArrayList<>();

    @Override
    public InitialState initialState() {
      return log.initialState();
    }

    @Override
    public List<Entry> entries(long low, long highExclusive, long maxBytes) {
      return log.entries(low, highExclusive, maxBytes);
    }

    @Override
    public long term(long index) {
      return log.term(index);
    }

    @Override
    public long firstIndex() {
      return log.firstIndex();
    }

    @Override
    public long lastIndex() {
      return log.lastIndex();
    }

    @Override
    public Snapshot snapshot() {
      return history.getLast();
    }
  }

  /** What a command prints: log lines and its own, indented inside headers. */
  private static final class Output {
    private final StringBuilder text = new StringBuilder();
    private int level;
    private String indent = "";

    void log(RaftEvent event) {
      if (event.level().ordinal() >= level) {
        line(event.level() + " " + event.text());
      }
    }

    /** Every line of {@code lines}, which may end with a newline or not. */
    void line(String lines) {
      if (isSilent()) {
        return;
      }
      for (String line : lines.split("\n")) {
        text.append(indent).append(line).append('\n');
      }
    }

    void indented(Runnable block) {
      String before = indent;
      indent += "  ";
      block.run();
      indent = before;
    }

    boolean isSilent() {
      return level == LEVELS.indexOf("NONE");
    }

    String take() {
      String taken = text.toString();
      text.setLength(0);
      return taken;
    }
  }

  String handle(Directive directive) {
    Optional<String> error = Optional.empty();
    try {
      run(directive);
    } catch (RaftException | StorageException e) {
      error = Optional.of(e.getMessage());
    }
    String printed = output.take() + error.map(e -> e + "\n").orElse("");
    return printed.isEmpty() ? "ok\n" : printed;
  }

  private void run(Directive d) {
    switch (d.command()) {
      case "log-level" -> setLevel(d.bareWords().getFirst());
      case "add-nodes" -> addNodes(d);
      case "campaign" -> first(d).raw.campaign();
      case "propose" ->
          node(Integer.parseInt(d.bareWords().get(0)))
              .raw
              .propose(d.bareWords().get(1).getBytes(StandardCharsets.UTF_8));
      case "propose-conf-change" -> proposeConfChange(d);
      case "process-ready" -> forEach(d.nodes(), "handling Ready", this::processReady);
      case "process-append-thread" ->
          forEach(d.nodes(), "processing append thread", this::processAppend);
      case "process-apply-thread" ->
          forEach(d.nodes(), "processing apply thread", this::processApply);
      case "deliver-msgs" -> deliver(d);
      case "stabilize" -> stabilize(d);
      case "tick-election" -> tick(first(d), 3);
      case "tick-heartbeat" -> tick(first(d), 1);
      case "set-randomized-election-timeout" ->
          NodeForTests.overrideElectionTimeout(first(d).raw, d.number("timeout", 0));
      case "transfer-leadership" -> node(d.number("from", 0)).raw.transferLeader(d.number("to", 0));
      case "forget-leader" -> first(d).raw.forgetLeader();
      case "report-unreachable" -> first(d).raw.reportUnreachable(d.nodes().get(1));
      case "compact" -> {
        first(d).storage.log.compact(d.nodes().get(1));
        printLog(first(d));
      }
      case "send-snapshot" -> sendSnapshot(first(d), d.nodes().get(1));
      case "raft-log" -> printLog(first(d));
      case "raft-state" -> nodes.forEach(this::printState);
      case "status" -> printStatus(first(d));
      case "read-index" ->
          first(d).raw.readIndex(d.bareWords().get(1).getBytes(StandardCharsets.UTF_8));
      case "report-snapshot" -> first(d).raw.reportSnapshot(d.nodes().get(1), d.flag("arrived"));
      default -> throw new IllegalArgumentException("unknown command " + d.command());
    }
  }

  private Node node(long id) {
    return nodes.get((int) id - 1);
  }

  private Node first(Directive d) {
    return node(Long.parseLong(d.bareWords().getFirst()));
  }

  private void setLevel(String name) {
    output.level = LEVELS.indexOf(name.toUpperCase(Locale.ROOT));
  }

  private void addNodes(Directive d) {
    int count = d.nodes().getFirst();
    for (int i = 0; i < count; i++) {
      addNode(d);
    }
  }

  private void addNode(Directive d) {
    Node node = new Node();
    long id = nodes.size() + 1;
    node.storage = new TestStorage();
    ConfState state =
        new ConfState(d.ids("voters"), d.ids("learners"), List.of(), List.of(), false);
    long index = d.number("index", 0);
    Snapshot bootstrap =
        new Snapshot(
            d.text("content").map(c -> c.getBytes(StandardCharsets.UTF_8)).orElse(null),
            state,
            index,
            index == 0 ? 0 : 1);
    if (index != 0) {
      node.storage.log.applySnapshot(bootstrap);
    }
    node.history().add(bootstrap);
    node.async = d.flag("async-storage-writes");
    Config config =
        Config.builder(id, node.storage, new Random(id))
            .observer(output::log)
            .electionTicks(3)
            .heartbeatTicks(1)
            .applied(index)
            .maxInflightMessages(d.number("inflight", Integer.MAX_VALUE))
            .preVote(d.flag("prevote"))
            .checkQuorum(d.flag("checkquorum"))
            .maxApplyingBytes(d.number("max-committed-size-per-ready", 0))
            .confChangeValidation(!d.flag("disable-conf-change-validation"))
            .readOnlyOption(
                d.text("read-only").orElse("safe").equals("lease-based")
                    ? ReadOnlyOption.LEASE_BASED
                    : ReadOnlyOption.SAFE)
            .stepDownOnRemoval(d.flag("step-down-on-removal"))
            .asyncStorageWrites(node.async)
            .build();
    node.raw = new RawNode(config);
    nodes.add(node);
  }

  private void proposeConfChange(Directive d) {
    List<ConfChangeSingle> changes = ConfChangeTranscript.changes(d.input());
    RawNode raw = first(d).raw;
    if (d.flag("v1")) {
      ConfChangeSingle only = changes.getFirst();
      raw.proposeConfChange(new ConfChange(0, only.type(), only.nodeId(), null));
      return;
    }
    ConfChangeTransition transition =
        switch (d.text("transition").orElse("auto")) {
          case "implicit" -> ConfChangeTransition.JOINT_IMPLICIT;
          case "explicit" -> ConfChangeTransition.JOINT_EXPLICIT;
          default -> ConfChangeTransition.AUTO;
        };
    raw.proposeConfChange(new ConfChangeV2(transition, changes, null));
  }

  private interface Work {
    void on(Node node);
  }

  private void forEach(List<Integer> ids, String what, Work work) {
    for (int id : ids) {
      if (ids.size() == 1) {
        work.on(node(id));
      } else {
        block(node(id), what, () -> work.on(node(id)));
      }
    }
  }

  private void block(Node node, String what, Runnable work) {
    output.line("> " + node.raw.id() + " " + what);
    output.indented(work);
  }

  private void processReady(Node node) {
    Ready ready = node.raw.ready();
    output.line(TranscriptText.ready(ready));
    if (!node.async) {
      store(node, ready.hardState(), ready.entries(), ready.snapshot());
      apply(node, ready.committed());
    }
    inFlight.addAll(ready.messages());
    inFlight.addAll(ready.afterAppend());
    ready.storageAppend().ifPresent(node.appendWork::add);
    ready.storageApply().ifPresent(node.applyWork::add);
    if (!node.async) {
      node.raw.advance();
    }
  }

  private void processAppend(Node node) {
    Message.StorageAppend write = node.appendWork.poll();
    if (write == null) {
      output.line("no append work to perform");
      return;
    }
    processed(
        new Message.StorageAppend(
            write.from(),
            write.to(),
            write.hardState(),
            write.entries(),
            write.snapshot(),
            List.of()));
    store(node, write.hardState(), write.entries(), write.snapshot());
    responses(write.responses());
  }

  private void processApply(Node node) {
    Message.StorageApply batch = node.applyWork.poll();
    if (batch == null) {
      output.line("no apply work to perform");
      return;
    }
    processed(new Message.StorageApply(batch.from(), batch.to(), batch.entries(), List.of()));
    apply(node, batch.entries());
    responses(batch.responses());
  }

  private void processed(Message withoutResponses) {
    output.line("Processing:");
    output.line(TranscriptText.message(withoutResponses));
  }

  private void responses(List<Message> responses) {
    output.line("Responses:");
    responses.forEach(m -> output.line(TranscriptText.message(m)));
    inFlight.addAll(responses);
  }

  private static void store(
      Node node, Optional<HardState> hardState, List<Entry> entries, Optional<Snapshot> snapshot) {
    hardState.ifPresent(node.storage.log::setHardState);
    snapshot.ifPresent(node.storage.log::applySnapshot);
    node.storage.log.append(entries);
  }

  private void apply(Node node, List<Entry> entries) {
    for (Entry entry : entries) {
      Snapshot before = node.history().getLast();
      ConfState state = before.confState();
      byte[] update = entry.data();
      switch (entry.type()) {
        case NORMAL -> {}
        case CONF_CHANGE -> {
          ConfChange change = ConfChangeCodec.decode(entry.data());
          update = change.context();
          state = node.raw.applyConfChange(change);
        }
        case CONF_CHANGE_V2 -> {
          byte[] data = entry.data() == null ? new byte[0] : entry.data();
          ConfChangeV2 change = ConfChangeV2Codec.decode(data);
          update = change.context();
          state = node.raw.applyConfChange(change);
        }
      }
      ByteArrayOutputStream data = new ByteArrayOutputStream();
      data.writeBytes(before.data() == null ? new byte[0] : before.data());
      data.writeBytes(update == null ? new byte[0] : update);
      node.history().add(new Snapshot(data.toByteArray(), state, entry.index(), entry.term()));
    }
  }

  private void deliver(Directive d) {
    Predicate<Message> ofType =
        m -> d.text("type").map(t -> t.equals(m.type().toString())).orElse(true);
    Set<Long> dropping = new HashSet<>(d.ids("drop"));
    List<Long> recipients = new ArrayList<>(d.nodes().stream().map(Integer::longValue).toList());
    recipients.addAll(dropping.stream().filter(id -> !recipients.contains(id)).toList());
    int handled = 0;
    for (long id : recipients) {
      handled += deliverTo(id, dropping.contains(id), ofType);
    }
    if (handled == 0) {
      output.line("no messages");
    }
  }

  private static boolean isLocal(Message m) {
    return m.from() == m.to() || NodeId.isStorageThread(m.from()) || NodeId.isStorageThread(m.to());
  }

  /** Returns how many messages there were. */
  private int deliverTo(long id, boolean drop, Predicate<Message> which) {
    List<Message> taken = new ArrayList<>();
    Iterator<Message> all = inFlight.iterator();
    while (all.hasNext()) {
      Message m = all.next();
      if (m.to() == id && which.test(m) && !(drop && isLocal(m))) {
        all.remove();
        taken.add(m);
      }
    }
    for (Message m : taken) {
      output.line((drop ? "dropped: " : "") + TranscriptText.message(m));
      if (!drop) {
        try {
          node(id).raw.step(m);
        } catch (RaftException e) {
          output.line(e.getMessage());
        }
      }
    }
    return taken.size();
  }

  private void stabilize(Directive d) {
    int levelBefore = output.level;
    d.text("log-level").ifPresent(this::setLevel);
    List<Node> chosen = d.nodes().isEmpty() ? nodes : d.nodes().stream().map(this::node).toList();
    boolean done = false;
    while (!done) {
      done = !stabilizeOnce(chosen);
    }
    output.level = levelBefore;
  }

  private boolean stabilizeOnce(List<Node> chosen) {
    boolean worked = false;
    for (Node node : chosen) {
      if (node.raw.hasReady()) {
        worked = true;
        block(node, "handling Ready", () -> processReady(node));
      }
    }
    for (Node node : chosen) {
      if (inFlight.stream().anyMatch(m -> m.to() == node.raw.id())) {
        worked = true;
        block(node, "receiving messages", () -> deliverTo(node.raw.id(), false, _ -> true));
      }
    }
    for (Node node : chosen) {
      if (!node.appendWork.isEmpty()) {
        worked = true;
        block(node, "processing append thread", () -> drainAppends(node));
      }
    }
    for (Node node : chosen) {
      if (!node.applyWork.isEmpty()) {
        worked = true;
        block(node, "processing apply thread", () -> drainApplies(node));
      }
    }
    return worked;
  }

  private void drainAppends(Node node) {
    while (!node.appendWork.isEmpty()) {
      processAppend(node);
    }
  }

  private void drainApplies(Node node) {
    while (!node.applyWork.isEmpty()) {
      processApply(node);
    }
  }

  private static void tick(Node node, int count) {
    for (int i = 0; i < count; i++) {
      node.raw.tick();
    }
  }

  private void sendSnapshot(Node from, long to) {
    Message message =
        new Message.InstallSnapshot(from.raw.id(), to, from.raw.term(), from.storage.snapshot());
    inFlight.add(message);
    output.line(TranscriptText.message(message));
  }

  private void printLog(Node node) {
    MemoryStorage log = node.storage.log;
    if (log.lastIndex() < log.firstIndex()) {
      output.line(
          "log is empty: first index=" + log.firstIndex() + ", last index=" + log.lastIndex());
      return;
    }
    log.entries(log.firstIndex(), log.lastIndex() + 1, Long.MAX_VALUE)
        .forEach(e -> output.line(TranscriptText.entry(e)));
  }

  private void printState(Node node) {
    Status status = node.raw.status();
    output.line(
        status.id()
            + ": "
            + status.softState().role()
            + (status.configuration().isVoter(status.id()) ? " (Voter)" : " (Non-Voter)")
            + " Term:"
            + status.hardState().term()
            + " Lead:"
            + status.softState().leader());
  }

  private void printStatus(Node node) {
    Status status = node.raw.status();
    if (status.softState().role() == RoleType.LEADER) {
      status.progress().forEach((id, progress) -> output.line(id + ": " + progress));
    }
  }
}
