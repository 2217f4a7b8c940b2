package io.quorate.raft.simulation;

import io.quorate.raft.Config;
import io.quorate.raft.Peer;
import io.quorate.raft.RawNode;
import io.quorate.raft.codec.MessageCodec;
import io.quorate.raft.confchange.Changer;
import io.quorate.raft.confchange.ConfigurationException;
import io.quorate.raft.event.RaftEvent;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.log.MemoryStorage;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfChangeTransition;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Message;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Random;

/**
 * Five members, three of them voters at first, and a network without manners. One seed decides
 * everything: how they are configured, and what happens when.
 */
final class SimulatedCluster {
  private static final int MEMBERS = 5;
  private static final int FIRST_VOTERS = 3;
  private static final int REMEMBERED_EVENTS = 60;

  private final long seed;
  private final Random random;
  private final Laws laws = new Laws();
  private final List<SimulatedMember> members = new ArrayList<>();
  private final List<byte[]> inFlight = new ArrayList<>();
  private final Deque<String> recent = new ArrayDeque<>();

  private final boolean preVote;
  private final boolean checkQuorum;
  private final boolean stepDownOnRemoval;
  private final boolean changesMembers;
  private final double crashRate;
  private final double dropRate;
  private final double duplicateRate;

  /** Who is in which part of the network. */
  private final int[] island = new int[MEMBERS + 1];

  private int proposals;

  SimulatedCluster(long seed) {
    this.seed = seed;
    this.random = new Random(seed);
    this.preVote = random.nextBoolean();
    this.checkQuorum = random.nextBoolean();
    this.stepDownOnRemoval = random.nextBoolean();
    this.changesMembers = random.nextInt(4) != 0;
    this.crashRate = random.nextBoolean() ? 0 : 0.01;
    this.dropRate = random.nextInt(3) * 0.1;
    this.duplicateRate = random.nextInt(3) * 0.05;
    for (long id = 1; id <= MEMBERS; id++) {
      members.add(new SimulatedMember(id, laws, this::send, this::config));
    }
    List<Peer> peers = new ArrayList<>();
    for (long id = 1; id <= FIRST_VOTERS; id++) {
      peers.add(new Peer(id, null));
    }
    for (int i = 0; i < FIRST_VOTERS; i++) {
      members.get(i).node().bootstrap(peers);
    }
  }

  private Config config(long id, MemoryStorage storage) {
    Random choice = new Random(seed * 31 + id);
    return Config.builder(id, storage, new Random(random.nextLong()))
        .observer(this::observed)
        .electionTicks(5)
        .heartbeatTicks(1)
        .preVote(preVote)
        .checkQuorum(checkQuorum)
        .stepDownOnRemoval(stepDownOnRemoval)
        .asyncStorageWrites(choice.nextBoolean())
        .soleVoterCampaigns(choice.nextBoolean())
        .maxMessageBytes(choice.nextBoolean() ? 30 : Config.NO_LIMIT)
        .maxApplyingBytes(choice.nextBoolean() ? 40 : 0)
        .maxUncommittedBytes(choice.nextBoolean() ? 200 : 0)
        .maxInflightMessages(1 + choice.nextInt(4))
        .build();
  }

  private void observed(RaftEvent event) {
    remember(event.text());
  }

  private void remember(String line) {
    recent.add(line);
    if (recent.size() > REMEMBERED_EVENTS) {
      recent.remove();
    }
  }

  private void send(Message message) {
    inFlight.add(MessageCodec.encode(message));
  }

  /** Anything may happen, {@code steps} times. */
  void misbehave(int steps) {
    for (int i = 0; i < steps; i++) {
      misbehaveOnce();
    }
  }

  private void misbehaveOnce() {
    SimulatedMember member = members.get(random.nextInt(MEMBERS));
    if (!member.isAlive()) {
      if (random.nextInt(20) == 0) {
        remember("-- restart " + member.id());
        member.restart();
      }
      return;
    }
    int dice = random.nextInt(1000);
    if (dice < 300) {
      deliverOne();
    } else if (dice < 550) {
      member.serveReady(random, crashRate);
    } else if (dice < 700) {
      member.finishAppends(1 + random.nextInt(4));
    } else if (dice < 780) {
      member.finishApply();
    } else if (dice < 860) {
      member.tick();
    } else if (dice < 920) {
      byte[] data = ("p" + proposals++).getBytes(StandardCharsets.UTF_8);
      member.request(() -> member.node().propose(data));
    } else if (dice < 950) {
      member.read("r" + proposals++);
    } else if (dice < 965) {
      member.compact(random.nextInt(5));
    } else if (dice < 975) {
      if (changesMembers) {
        changeMembers(member);
      }
    } else if (dice < 980) {
      long to = 1 + random.nextInt(MEMBERS);
      member.request(() -> member.node().transferLeader(to));
    } else if (dice < 985) {
      partition();
    } else if (dice < 988) {
      long peer = 1 + random.nextInt(MEMBERS);
      member.request(() -> member.node().reportUnreachable(peer));
    } else if (dice < 990) {
      member.request(() -> member.node().forgetLeader());
    } else if (dice < 993) {
      member.request(() -> member.node().campaign());
    } else if (crashRate > 0 && dice < 996) {
      remember("-- crash " + member.id());
      member.crash(random);
    } else {
      heal();
    }
  }

  private void partition() {
    StringBuilder text = new StringBuilder("-- partition");
    for (int id = 1; id <= MEMBERS; id++) {
      island[id] = random.nextInt(2);
      text.append(' ').append(island[id]);
    }
    remember(text.toString());
  }

  private void heal() {
    Arrays.fill(island, 0);
    remember("-- heal");
  }

  private void changeMembers(SimulatedMember member) {
    if (random.nextInt(3) == 0) {
      ConfChange change = new ConfChange(0, randomType(), 1 + random.nextInt(MEMBERS), null);
      member.request(() -> member.node().proposeConfChange(change));
      return;
    }
    List<ConfChangeSingle> changes = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      changes.add(new ConfChangeSingle(randomType(), 1 + random.nextInt(MEMBERS)));
    }
    ConfChangeTransition transition =
        ConfChangeTransition.values()[random.nextInt(ConfChangeTransition.values().length)];
    ConfChangeV2 change = new ConfChangeV2(transition, changes, null);
    if (member.node().role() == RoleType.LEADER && wouldApply(member, change)) {
      member.request(() -> member.node().proposeConfChange(change));
    }
  }

  /** The application proposes nothing that raft would refuse to make. */
  private static boolean wouldApply(SimulatedMember leader, ConfChangeV2 change) {
    try {
      Changer.apply(leader.node().status().configuration(), change);
      return true;
    } catch (ConfigurationException e) {
      return false;
    }
  }

  private ConfChangeType randomType() {
    // More coming than going.
    return switch (random.nextInt(5)) {
      case 0 -> ConfChangeType.REMOVE_NODE;
      case 1 -> ConfChangeType.ADD_LEARNER_NODE;
      default -> ConfChangeType.ADD_NODE;
    };
  }

  private void deliverOne() {
    if (inFlight.isEmpty()) {
      return;
    }
    // Mostly in order, sometimes not.
    int position = random.nextInt(4) == 0 ? random.nextInt(inFlight.size()) : 0;
    byte[] bytes =
        random.nextDouble() < duplicateRate ? inFlight.get(position) : inFlight.remove(position);
    Message message = MessageCodec.decode(bytes);
    deliver(message, random.nextDouble() < dropRate);
  }

  private void deliver(Message message, boolean drop) {
    SimulatedMember to = member(message.to());
    boolean arrives =
        !drop && to.isAlive() && island[(int) message.from()] == island[(int) message.to()];
    if (arrives) {
      to.step(message);
    }
    SimulatedMember from = member(message.from());
    if (message instanceof Message.InstallSnapshot && from.isAlive()) {
      from.request(() -> from.node().reportSnapshot(message.to(), arrives));
    }
  }

  private SimulatedMember member(long id) {
    return members.get((int) id - 1);
  }

  /**
   * The network behaves, everybody is up: a new entry must reach everybody who belongs to it.
   *
   * @return false if {@link #isWedged}
   */
  boolean recoverAndDemandProgress() {
    heal();
    for (SimulatedMember member : members) {
      if (!member.isAlive()) {
        member.restart();
      }
    }
    for (int round = 0; round < 600; round++) {
      round();
      if (round % 20 == 0) {
        // A snapshot older than a member's coming does not help that member: keep making new ones.
        members.stream().filter(SimulatedMember::isAlive).forEach(m -> m.compact(3));
      }
      if (round > 100) {
        removeTheRemoved();
      }
      if (round > 150 && round % 20 == 0 && isCaughtUp()) {
        return true;
      }
    }
    if (isWedged()) {
      return false;
    }
    throw Laws.broken("Progress", "nothing new in 600 rounds on a good network");
  }

  private void round() {
    for (SimulatedMember member : members) {
      if (member.isAlive()) {
        member.tick();
      }
    }
    for (int turn = 0; turn < 10; turn++) {
      for (SimulatedMember member : members) {
        while (member.isAlive() && member.node().hasReady()) {
          member.serveReady(random, 0);
          member.finishAppends(Integer.MAX_VALUE);
          while (member.hasApplies()) {
            member.finishApply();
          }
        }
        // Also what was handed out before the network healed.
        if (member.isAlive()) {
          member.finishAppends(Integer.MAX_VALUE);
          while (member.hasApplies()) {
            member.finishApply();
          }
        }
      }
      List<byte[]> batch = new ArrayList<>(inFlight);
      inFlight.clear();
      batch.forEach(bytes -> deliver(MessageCodec.decode(bytes), false));
    }
  }

  /** As in etcd, where a removed member stops. */
  private void removeTheRemoved() {
    ConfState newest = newest().confState();
    for (SimulatedMember member : members) {
      boolean belongs =
          newest.voters().contains(member.id())
              || newest.votersOutgoing().contains(member.id())
              || newest.learners().contains(member.id());
      if (member.isAlive() && !belongs) {
        remember("-- remove " + member.id());
        member.remove();
      }
    }
  }

  /**
   * The price of changes that take effect when applied, not when appended as in the thesis: a
   * leader took out or demoted itself, applied that, and led no more before any voter of the new
   * configuration knew that it was committed. They still ask it for votes, which it refuses, since
   * its log is longer; and it may not campaign. The same in etcd.
   */
  private boolean isWedged() {
    ConfState newest = newest().confState();
    return newest.voters().stream().noneMatch(id -> member(id).confState().equals(newest));
  }

  private SimulatedMember newest() {
    return members.stream()
        .max(Comparator.comparingLong(SimulatedMember::appliedIndex))
        .orElseThrow();
  }

  private boolean isCaughtUp() {
    SimulatedMember leader =
        members.stream()
            .filter(m -> m.isAlive() && m.node().role() == RoleType.LEADER)
            .max(Comparator.comparingLong(m -> m.node().term()))
            .orElse(null);
    if (leader == null) {
      return false;
    }
    long before = newest().appliedIndex();
    byte[] data = ("final" + proposals++).getBytes(StandardCharsets.UTF_8);
    RawNode node = leader.node();
    leader.request(() -> node.propose(data));
    for (int i = 0; i < 10; i++) {
      round();
    }
    long applied = newest().appliedIndex();
    return applied > before
        && members.stream()
            .filter(SimulatedMember::isAlive)
            .allMatch(m -> m.appliedIndex() == applied);
  }

  int committedCount() {
    return laws.committedCount();
  }

  String describe() {
    StringBuilder text = new StringBuilder();
    recent.forEach(line -> text.append("  ").append(line).append('\n'));
    members.forEach(m -> text.append("  ").append(m).append('\n'));
    return text.toString();
  }
}
