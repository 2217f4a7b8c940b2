package io.quorate.node;

import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.duty.Versions;
import io.quorate.node.port.OtherMembers;
import io.quorate.node.port.OutgoingSnapshot;
import io.quorate.node.port.Transport;
import io.quorate.node.recovery.FoundingCluster;
import io.quorate.raft.message.Message;
import io.quorate.statemachine.OpResult;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.ProtoWriter;
import io.quorate.statemachine.request.Put;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * Members m0, m1, … of one cluster on one thread: disks in memory, one clock, and a network that
 * the test cuts. What is sent arrives before time passes.
 */
final class SmallCluster implements AutoCloseable {
  private static final long STEP_NANOS = 10_000_000L;

  /** From one member to another, by ids. */
  private record Way(long from, long to) {}

  private final LoneMember.Setup setup;
  private final FoundingCluster founding;
  private final List<MemoryDisk> disks = new ArrayList<>();
  private final List<@Nullable Member> members = new ArrayList<>();
  private final List<RecordingLogger> logs = new ArrayList<>();
  private final Map<Long, Integer> indexes = new HashMap<>();
  private final Set<Way> lost = new HashSet<>();
  // Since when the first can reach the second; nobody it cannot.
  private final Map<Way, Long> active = new HashMap<>();
  private final Set<Integer> paused = new HashSet<>();
  // What members ask the leader; each says whether it is answered.
  private final List<BooleanSupplier> questions = new ArrayList<>();
  private final TestClock clock = new TestClock(1_000_000_000L);

  SmallCluster(int size, LoneMember.Setup setup) {
    this.setup = setup;
    var urls = new TreeMap<String, List<String>>();
    for (int i = 0; i < size; i++) {
      urls.put("m" + i, List.of(url(i)));
    }
    founding = new FoundingCluster(urls, setup.token());
    for (int i = 0; i < size; i++) {
      indexes.put(founding.idsOf("m" + i).nodeId(), i);
      disks.add(new MemoryDisk(i));
      logs.add(new RecordingLogger());
      members.add(null);
    }
  }

  /** All run and are published, and one leads. */
  SmallCluster start() {
    for (int i = 0; i < members.size(); i++) {
      start(i, setup);
    }
    List<CompletableFuture<Void>> published =
        indexes.values().stream().map(i -> member(i).publish()).toList();
    published.forEach(this::await);
    return this;
  }

  /** Starts m{@code i}, which reaches all that run, and they it. */
  void start(int i, LoneMember.Setup how) {
    members.set(
        i,
        LoneMember.start(
            disks.get(i),
            how.named("m" + i, url(i)),
            founding,
            new Member.Network(new Wire(id(i)), new Others(id(i))),
            clock,
            logs.get(i)));
    for (int other = 0; other < members.size(); other++) {
      if (other != i && members.get(other) != null) {
        connect(i, other);
      }
    }
  }

  /** Stops m{@code i}; the others notice at once. */
  void stop(int i) {
    Member gone = member(i);
    gone.stop();
    gone.loops().forEach(loop -> loop.loop().poll(clock.nanos()));
    gone.close();
    members.set(i, null);
    active.keySet().removeIf(way -> way.from == id(i) || way.to == id(i));
  }

  private static String url(int i) {
    return "http://127.0.0.1:" + (i + 1);
  }

  int size() {
    return members.size();
  }

  long id(int i) {
    return founding.idsOf("m" + i).nodeId();
  }

  Member member(int i) {
    Member member = members.get(i);
    if (member == null) {
      throw new AssertionError("m" + i + " does not run");
    }
    return member;
  }

  /** What m{@code i} has said. */
  List<String> log(int i) {
    return logs.get(i).lines;
  }

  /** Who leads in the highest term, the others knowing it or not; waits for one. */
  int leader() {
    until(() -> newestLeader() >= 0);
    return newestLeader();
  }

  private int newestLeader() {
    int found = -1;
    long term = 0;
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (member != null && member.raft().leads() && member.raft().term() > term) {
        term = member.raft().term();
        found = i;
      }
    }
    return found;
  }

  /** Who leads but {@code old}; waits for it. */
  int leaderAfter(int old) {
    until(() -> newestLeader() >= 0 && newestLeader() != old);
    return newestLeader();
  }

  /** One of those that neither of these is. */
  int another(Integer... these) {
    for (int i = 0; i < members.size(); i++) {
      if (!List.of(these).contains(i)) {
        return i;
      }
    }
    throw new AssertionError("nobody else");
  }

  // ---- time ----

  long nanos() {
    return clock.nanos();
  }

  void await(CompletableFuture<?> goal) {
    until(goal::isDone);
  }

  /** Lets time pass until it is so. */
  void until(BooleanSupplier so) {
    for (int turn = 0; turn < 10_000 && !so.getAsBoolean(); turn++) {
      turn();
    }
    if (!so.getAsBoolean()) {
      throw new AssertionError("not so within 100 s of the members' time");
    }
  }

  void run(long millis) {
    for (long left = millis; left > 0; left -= STEP_NANOS / 1_000_000) {
      turn();
    }
  }

  private void turn() {
    for (int i = 0; i < members.size(); i++) {
      Member member = members.get(i);
      if (member != null && !paused.contains(i)) {
        member.loops().forEach(loop -> LoneMember.poll(loop.loop(), clock.nanos()));
      }
    }
    questions.removeIf(BooleanSupplier::getAsBoolean);
    clock.pass(STEP_NANOS);
  }

  /** m{@code i} gets no time, as by SIGSTOP; what is sent to it waits. */
  void pause(int i) {
    paused.add(i);
  }

  void resume(int i) {
    paused.remove(i);
  }

  // ---- the network ----

  /** The connections of m{@code i} break, and none can be made. */
  void cut(int i) {
    lose(i);
    for (int other = 0; other < members.size(); other++) {
      active.remove(new Way(id(i), id(other)));
      active.remove(new Way(id(other), id(i)));
    }
  }

  /** Nothing that m{@code i} sends or is sent arrives, and nobody notices. */
  void lose(int i) {
    for (int other = 0; other < members.size(); other++) {
      lost.add(new Way(id(i), id(other)));
      lost.add(new Way(id(other), id(i)));
    }
  }

  /** All can reach all that run; where that was so all the time, it still is. */
  void heal() {
    lost.clear();
    for (int a = 0; a < members.size(); a++) {
      for (int b = 0; b < members.size(); b++) {
        if (a != b && members.get(a) != null && members.get(b) != null) {
          connect(a, b);
        }
      }
    }
  }

  /** The two can reach each other, though nothing need arrive. */
  void meet(int a, int b) {
    connect(a, b);
  }

  private void connect(int a, int b) {
    active.putIfAbsent(new Way(id(a), id(b)), clock.nanos());
    active.putIfAbsent(new Way(id(b), id(a)), clock.nanos());
  }

  private final class Wire implements Transport {
    private final long self;

    Wire(long self) {
      this.self = self;
    }

    @Override
    public void send(List<Message> messages) {
      for (Message message : messages) {
        Integer to = indexes.get(message.to());
        Member target = to == null ? null : members.get(to);
        if (target != null && !lost.contains(new Way(self, message.to()))) {
          target.receive(message, () -> {});
        }
      }
    }

    @Override
    public void send(OutgoingSnapshot snapshot) {
      throw new AssertionError("no test here needs a snapshot");
    }

    @Override
    public void members(List<io.quorate.statemachine.membership.Member> all) {}

    @Override
    public void add(io.quorate.statemachine.membership.Member member) {}

    @Override
    public void remove(long memberId) {}

    @Override
    public long activeSinceNanos(long memberId) {
      return active.getOrDefault(new Way(self, memberId), INACTIVE);
    }

    @Override
    public int activePeers() {
      return (int) active.keySet().stream().filter(way -> way.from == self).count();
    }
  }

  /** What goes over HTTP between real members. */
  private final class Others implements OtherMembers {
    private final long self;

    Others(long self) {
      this.self = self;
    }

    /** Asks whoever leads, once a turn, until it answers as one who does. */
    private <T> CompletableFuture<T> askLeader(
        Supplier<List<String>> leader, Function<Member, CompletableFuture<T>> question) {
      var answer = new CompletableFuture<T>();
      questions.add(() -> {
        for (int i = 0; i < members.size(); i++) {
          boolean reached = members.get(i) != null && !lost.contains(new Way(self, id(i)));
          if (reached && leader.get().contains(url(i))) {
            question.apply(member(i)).thenAccept(answer::complete);
          }
        }
        return answer.isDone();
      });
      return answer;
    }

    @Override
    public CompletableFuture<Optional<Versions>> versions(
        io.quorate.statemachine.membership.Member member) {
      return CompletableFuture.completedFuture(
          Optional.of(
              new Versions(Optional.of(io.quorate.node.duty.Versions.SERVER), Optional.empty())));
    }

    @Override
    public CompletableFuture<Optional<Boolean>> downgradeEnabled(
        io.quorate.statemachine.membership.Member member) {
      return NONE.downgradeEnabled(member);
    }

    @Override
    public CompletableFuture<Long> renew(Supplier<List<String>> leader, long leaseId) {
      return askLeader(leader, asked -> asked.leases().renewHere(leaseId));
    }

    @Override
    public CompletableFuture<LeaseTime> timeToLive(
        Supplier<List<String>> leader, long leaseId, boolean withKeys) {
      return askLeader(
          leader,
          asked ->
              CompletableFuture.completedFuture(asked.leases())
                  .thenApply(kept -> kept.timeHere(leaseId, withKeys))
                  .thenApply(time -> time.orElseGet(() -> new LeaseTime(-1, 0, List.of()))));
    }

    @Override
    public CompletableFuture<List<io.quorate.statemachine.membership.Member>> promote(
        Supplier<List<String>> leader, long memberId, Optional<String> token) {
      return askLeader(
          leader,
          asked ->
              asked
                  .changes()
                  .promoteHere(memberId)
                  .thenApply(done -> asked.stores().membership().view().list()));
    }

    @Override
    public CompletableFuture<PeerHash> hash(
        io.quorate.statemachine.membership.Member member, long revision) {
      return NONE.hash(member, revision);
    }
  }

  // ---- requests ----

  CompletableFuture<Outcome> put(int i, String key) {
    return member(i).propose(Put.FIELD, new ProtoWriter().bytes(1, utf8(key)).toByteArray());
  }

  /** Puts where it may take some tries. */
  void surelyPut(int i, String key) {
    while (true) {
      CompletableFuture<Outcome> put = put(i, key);
      await(put);
      if (!put.isCompletedExceptionally() && put.join() instanceof OpResult.PutDone) {
        return;
      }
    }
  }

  void grant(int i, long lease, long seconds) {
    await(
        member(i)
            .propose(
                LeaseGrant.FIELD,
                new ProtoWriter().number(1, seconds).number(2, lease).toByteArray()));
  }

  Optional<Lease> lease(int i, long lease) {
    return member(i).stores().lessor().lease(lease);
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Override
  public void close() {
    for (int i = 0; i < members.size(); i++) {
      if (members.get(i) != null) {
        stop(i);
      }
    }
  }
}
