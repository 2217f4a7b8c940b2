package io.quorate.raft.role;

import io.quorate.raft.Config;
import io.quorate.raft.Peer;
import io.quorate.raft.ReadState;
import io.quorate.raft.SoftState;
import io.quorate.raft.codec.ConfChangeCodec;
import io.quorate.raft.codec.EntryCodec;
import io.quorate.raft.confchange.Changer;
import io.quorate.raft.confchange.Changer.Change;
import io.quorate.raft.confchange.Configuration;
import io.quorate.raft.event.ConfigurationEvent;
import io.quorate.raft.event.ElectionEvent;
import io.quorate.raft.event.RaftEvent;
import io.quorate.raft.event.TermEvent;
import io.quorate.raft.log.RaftLog;
import io.quorate.raft.log.Storage.InitialState;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Snapshot;
import io.quorate.raft.message.Unsigned;
import io.quorate.raft.quorum.JointQuorum;
import java.util.ArrayList;
import java.util.List;

/**
 * A node without its face: what it is in any role (term, vote, log, configuration, timer, messages
 * on their way out), the rules about terms, and the changes of role. One thread.
 */
public final class Core {
  private final Config config;
  private final RaftLog log;
  private final Outbox outbox;
  private final Elections elections;

  private long term;
  private long vote;
  private Role role;
  private Configuration configuration;
  private JointQuorum quorum;

  private int electionElapsed;
  private int electionTimeout;

  /** Changes of configuration handed out in committed entries and not yet applied. */
  private int changesHandedOut;

  /** Those of them that a snapshot has overtaken: its configuration includes them. */
  private int changesOvertaken;

  private List<ReadState> readStates = new ArrayList<>();

  /** Came to a leader that had committed nothing in its term yet; the next such leader's, too. */
  private List<Message.ReadIndex> earlyReads = new ArrayList<>();

  public Core(Config config) {
    this.config = config;
    this.outbox = new Outbox(config.id());
    this.elections = new Elections(this);
    this.role = new Follower(this, NodeId.NONE);
    InitialState stored = config.storage().initialState();
    this.log = new RaftLog(config.storage(), config.maxApplyingBytes(), config.observer());
    this.configuration = Changer.restore(stored.confState());
    this.quorum = configuration.quorum();
    observe(new ConfigurationEvent.Switched(id(), configuration));
    if (!stored.hardState().isEmpty()) {
      load(stored.hardState());
    }
    if (config.applied() != 0) {
      log.appliedTo(config.applied(), 0);
    }
    becomeFollower(term, NodeId.NONE);
    observe(
        new ConfigurationEvent.Started(
            id(), configuration, hardState(), log.applied(), log.last()));
  }

  private void load(HardState stored) {
    if (Unsigned.less(stored.commit(), log.committed())
        || Unsigned.less(log.lastIndex(), stored.commit())) {
      throw new AssertionError(
          RaftEvent.hex(id())
              + " state.commit "
              + Unsigned.text(stored.commit())
              + " is out of range ["
              + Unsigned.text(log.committed())
              + ", "
              + Unsigned.text(log.lastIndex())
              + "]");
    }
    term = stored.term();
    vote = stored.vote();
    log.commitTo(stored.commit());
  }

  /** A new cluster: entries that add {@code peers} are there and committed (not yet applied). */
  public void bootstrap(List<Peer> peers) {
    becomeFollower(1, NodeId.NONE);
    List<Entry> entries = new ArrayList<>();
    for (Peer peer : peers) {
      ConfChange change = new ConfChange(0, ConfChangeType.ADD_NODE, peer.id(), peer.context());
      entries.add(
          new Entry(EntryType.CONF_CHANGE, 1, entries.size() + 1L, ConfChangeCodec.encode(change)));
    }
    log.append(entries);
    // They will be applied again when they are handed out; until then a node that is told of a
    // leader must know who belongs to it.
    log.commitTo(entries.size());
    for (Peer peer : peers) {
      applyConfChange(new ConfChange(0, ConfChangeType.ADD_NODE, peer.id(), peer.context()).asV2());
    }
  }

  public long id() {
    return config.id();
  }

  public Config config() {
    return config;
  }

  public long term() {
    return term;
  }

  public long vote() {
    return vote;
  }

  public long leader() {
    return role.leader();
  }

  public Role role() {
    return role;
  }

  public RaftLog log() {
    return log;
  }

  public Outbox outbox() {
    return outbox;
  }

  public Configuration configuration() {
    return configuration;
  }

  JointQuorum quorum() {
    return quorum;
  }

  Elections elections() {
    return elections;
  }

  public HardState hardState() {
    return new HardState(term, vote, log.committed());
  }

  public SoftState softState() {
    return new SoftState(role.leader(), role.type());
  }

  void observe(RaftEvent event) {
    config.observer().observe(event);
  }

  public void tick() {
    role.tick();
  }

  /**
   * A message has come, from whomever.
   *
   * @throws io.quorate.raft.RaftException.ProposalDropped if nobody takes a proposal
   */
  public void step(Message message) {
    if (message.term() != 0 && message.term() != term && !settleTerm(message)) {
      return;
    }
    switch (message) {
      case Message.Hup _ -> elections.campaign(false);
      case Message.Vote m -> elections.consider(m);
      case Message.PreVote m -> elections.consider(m);
      case Message.StorageAppendResponse m -> {
        if (m.last().index() != 0) {
          log.stableTo(m.last());
        }
        m.snapshot().ifPresent(this::snapshotStored);
      }
      case Message.StorageApplyResponse m -> applied(m.entries());
      case Message.Append _,
          Message.AppendResponse _,
          Message.Heartbeat _,
          Message.HeartbeatResponse _,
          Message.InstallSnapshot _,
          Message.SnapshotStatus _,
          Message.Unreachable _,
          Message.Propose _,
          Message.VoteResponse _,
          Message.PreVoteResponse _,
          Message.TransferLeader _,
          Message.TimeoutNow _,
          Message.ReadIndex _,
          Message.ReadIndexResponse _,
          Message.ForgetLeader _,
          Message.Beat _,
          Message.CheckQuorum _,
          Message.StorageAppend _,
          Message.StorageApply _ ->
          role.step(message);
    }
  }

  static AssertionError notForRoles(Message message) {
    return new AssertionError(message.type() + " is the same in all roles");
  }

  /** Deals with a term that is not ours. Returns whether the message still means something. */
  private boolean settleTerm(Message message) {
    return Unsigned.less(term, message.term()) ? stepUp(message) : lookDown(message);
  }

  /** The message is of a later term. */
  private boolean stepUp(Message message) {
    return switch (message) {
      case Message.Vote m when elections.isProtectedByLease(request(m, m.last()), m.transfer()) ->
          false;
      case Message.PreVote m
          when elections.isProtectedByLease(request(m, m.last()), m.transfer()) ->
          false;
      // These speak of a term that is only wished for.
      case Message.PreVote _ -> true;
      case Message.PreVoteResponse m when !m.reject() -> true;
      default -> {
        observe(
            new TermEvent.HigherTerm(id(), term, message.type(), message.from(), message.term()));
        becomeFollower(message.term(), isFromLeader(message) ? message.from() : NodeId.NONE);
        yield true;
      }
    };
  }

  private ElectionEvent.VoteRequest request(Message message, EntryId last) {
    return elections.request(message, last);
  }

  private static boolean isFromLeader(Message message) {
    return message instanceof Message.Append
        || message instanceof Message.Heartbeat
        || message instanceof Message.InstallSnapshot;
  }

  /** The message is of an earlier term. Never means anything, but some need an answer. */
  private boolean lookDown(Message message) {
    boolean leaderMayNeedUs = config.checkQuorum() || config.preVote();
    if (leaderMayNeedUs
        && (message instanceof Message.Append || message instanceof Message.Heartbeat)) {
      // Our term ran ahead and nobody hears our votes, because of leases or pre-votes. This answer
      // makes the leader step down once; then there is an election at a term that fits us, too.
      outbox.sendAfterAppend(Message.AppendResponse.accepted(id(), message.from(), term, 0));
      return false;
    }
    switch (message) {
      case Message.PreVote m -> {
        // Before pre-vote was switched on, our term may have run ahead: as above.
        observe(new ElectionEvent.VoteRejected(request(m, m.last())));
        outbox.sendAfterAppend(new Message.PreVoteResponse(id(), m.from(), term, true));
      }
      case Message.StorageAppendResponse m -> {
        // Since then, entries of the same index may have been overwritten, written and
        // acknowledged: only the snapshot, of which there is one at an index, is beyond doubt.
        if (m.last().index() != 0) {
          observe(new TermEvent.LowerTermWrite(id(), term, m.type(), m.term()));
        }
        m.snapshot().ifPresent(this::snapshotStored);
      }
      default ->
          observe(
              new TermEvent.LowerTerm(id(), term, message.type(), message.from(), message.term()));
    }
    return false;
  }

  void becomeFollower(long newTerm, long leader) {
    reset(newTerm);
    take(new Follower(this, leader));
  }

  /** Term, vote and timer stay as they are. */
  void becomePreCandidate() {
    if (role instanceof Leader) {
      throw new AssertionError("invalid transition [leader -> pre-candidate]");
    }
    take(new PreCandidate(this));
  }

  void becomeCandidate() {
    if (role instanceof Leader) {
      throw new AssertionError("invalid transition [leader -> candidate]");
    }
    reset(term + 1);
    vote = id();
    take(new Candidate(this));
  }

  void becomeLeader() {
    if (role instanceof Follower) {
      throw new AssertionError("invalid transition [follower -> leader]");
    }
    reset(term);
    Leader leader = new Leader(this);
    role = leader;
    leader.appendEmptyEntry();
    take(leader);
    leader.replicateToAll();
  }

  private void take(Role newRole) {
    role = newRole;
    observe(new ElectionEvent.RoleChanged(id(), newRole.type(), term));
  }

  private void reset(long newTerm) {
    if (term != newTerm) {
      term = newTerm;
      vote = NodeId.NONE;
    }
    electionElapsed = 0;
    electionTimeout = config.electionTicks() + config.random().nextInt(config.electionTicks());
  }

  /** A vote is given in this term; who gives it waits for the outcome. */
  void voteFor(long candidate) {
    vote = candidate;
    electionElapsed = 0;
  }

  int electionElapsed() {
    return electionElapsed;
  }

  void restartElectionTimer() {
    electionElapsed = 0;
  }

  /** One tick of a leader's election timer, which is not randomized. Returns whether it ran out. */
  boolean tickLeader() {
    if (++electionElapsed < config.electionTicks()) {
      return false;
    }
    electionElapsed = 0;
    return true;
  }

  /** One tick of everybody else's. */
  void tickElection() {
    electionElapsed++;
    if (elections.isPromotable() && electionElapsed >= electionTimeout) {
      electionElapsed = 0;
      step(new Message.Hup(id(), id()));
    }
  }

  /** For tests that need to know who is first; until the next change of term or role. */
  public void overrideElectionTimeout(int ticks) {
    electionTimeout = ticks;
  }

  /** These committed entries have been handed out; every change in them will be applied. */
  public void handedOut(List<Entry> committed) {
    for (Entry entry : committed) {
      if (Elections.isChange(entry)) {
        changesHandedOut++;
      }
    }
  }

  /**
   * Makes a committed change, unless a snapshot has overtaken it: with asynchronous writes, one may
   * come while batches of before are still being applied.
   *
   * @throws io.quorate.raft.confchange.ConfigurationException if it cannot be made
   */
  public void applyConfChange(ConfChangeV2 conf) {
    changesHandedOut = Math.max(0, changesHandedOut - 1);
    if (changesOvertaken > 0) {
      changesOvertaken--;
    } else {
      change(conf);
    }
  }

  private void change(ConfChangeV2 conf) {
    Change change = Changer.apply(configuration, conf);
    switchTo(change.configuration());
    if (role instanceof Leader leader) {
      leader.configurationChanged(change);
    }
  }

  void restoreConfiguration(ConfState state) {
    changesOvertaken = changesHandedOut;
    switchTo(Changer.restore(state));
  }

  private void switchTo(Configuration newConfiguration) {
    configuration = newConfiguration;
    quorum = newConfiguration.quorum();
    observe(new ConfigurationEvent.Switched(id(), newConfiguration));
  }

  /**
   * The only voter campaigns as soon as it may, if it is so configured. A departure from etcd,
   * whose only member waits out its timer (design.md section 6).
   */
  public void campaignIfAlone() {
    if (config.soleVoterCampaigns()
        && role instanceof Follower
        && leader() == NodeId.NONE
        && quorum.isSingleton()
        && elections.isPromotable()
        && !elections.hasUnappliedChange()) {
      step(new Message.Hup(id(), id()));
    }
  }

  private void applied(List<Entry> entries) {
    if (entries.isEmpty()) {
      return;
    }
    appliedTo(entries.getLast().index(), EntryCodec.encodedSize(entries));
    if (role instanceof Leader leader) {
      leader.release(entries);
    }
  }

  private void appliedTo(long index, long bytes) {
    log.appliedTo(Unsigned.max(index, log.applied()), bytes);
    if (role instanceof Leader leader) {
      leader.leaveJointIfDue();
    }
  }

  private void snapshotStored(Snapshot snapshot) {
    log.stableSnapshotTo(snapshot.index());
    appliedTo(snapshot.index(), 0);
  }

  void addReadState(ReadState state) {
    readStates.add(state);
  }

  public boolean hasReadStates() {
    return !readStates.isEmpty();
  }

  public List<ReadState> takeReadStates() {
    List<ReadState> taken = readStates;
    readStates = new ArrayList<>();
    return taken;
  }

  void addEarlyRead(Message.ReadIndex request) {
    earlyReads.add(request);
  }

  List<Message.ReadIndex> takeEarlyReads() {
    List<Message.ReadIndex> taken = earlyReads;
    earlyReads = new ArrayList<>();
    return taken;
  }
}
