package io.quorate.raft;

import io.quorate.raft.event.RaftObserver;
import io.quorate.raft.log.Storage;
import io.quorate.raft.message.NodeId;
import java.util.random.RandomGenerator;

/**
 * How a node behaves. Made by {@link #builder}; what is not set there has the value named at the
 * setter.
 */
public final class Config {
  /** For the limits: none. */
  public static final long NO_LIMIT = Long.MAX_VALUE;

  private final Builder values;

  private Config(Builder values) {
    this.values = values;
  }

  /**
   * @param id of this node; not 0, nor one of the two that stand for storage
   * @param storage what is durable of its log; also what it starts from
   * @param random for election timeouts; owned by the node from here on
   */
  public static Builder builder(long id, Storage storage, RandomGenerator random) {
    return new Builder(id, storage, random);
  }

  public long id() {
    return values.id;
  }

  public Storage storage() {
    return values.storage;
  }

  public RandomGenerator random() {
    return values.random;
  }

  public RaftObserver observer() {
    return values.observer;
  }

  public int electionTicks() {
    return values.electionTicks;
  }

  public int heartbeatTicks() {
    return values.heartbeatTicks;
  }

  public long applied() {
    return values.applied;
  }

  public long maxMessageBytes() {
    return values.maxMessageBytes;
  }

  public long maxApplyingBytes() {
    return values.maxApplyingBytes == 0 ? values.maxMessageBytes : values.maxApplyingBytes;
  }

  public long maxUncommittedBytes() {
    return values.maxUncommittedBytes;
  }

  public int maxInflightMessages() {
    return values.maxInflightMessages;
  }

  public long maxInflightBytes() {
    return values.maxInflightBytes;
  }

  public boolean checkQuorum() {
    return values.checkQuorum;
  }

  public boolean preVote() {
    return values.preVote;
  }

  public ReadOnlyOption readOnlyOption() {
    return values.readOnlyOption;
  }

  public boolean proposalForwarding() {
    return values.proposalForwarding;
  }

  public boolean confChangeValidation() {
    return values.confChangeValidation;
  }

  public boolean stepDownOnRemoval() {
    return values.stepDownOnRemoval;
  }

  public boolean asyncStorageWrites() {
    return values.asyncStorageWrites;
  }

  public boolean soleVoterCampaigns() {
    return values.soleVoterCampaigns;
  }

  /** Collects the values; {@link #build} checks them. */
  public static final class Builder {
    private final long id;
    private final Storage storage;
    private final RandomGenerator random;
    private RaftObserver observer = RaftObserver.NONE;
    private int electionTicks = 10;
    private int heartbeatTicks = 1;
    private long applied;
    private long maxMessageBytes = NO_LIMIT;
    private long maxApplyingBytes;
    private long maxUncommittedBytes = NO_LIMIT;
    private int maxInflightMessages = 256;
    private long maxInflightBytes = NO_LIMIT;
    private boolean checkQuorum;
    private boolean preVote;
    private ReadOnlyOption readOnlyOption = ReadOnlyOption.SAFE;
    private boolean proposalForwarding = true;
    private boolean confChangeValidation = true;
    private boolean stepDownOnRemoval;
    private boolean asyncStorageWrites;
    private boolean soleVoterCampaigns;

    private Builder(long id, Storage storage, RandomGenerator random) {
      this.id = id;
      this.storage = storage;
      this.random = random;
    }

    /** Is told what happens. Nobody. */
    public Builder observer(RaftObserver value) {
      observer = value;
      return this;
    }

    /** Ticks without a leader before an election, up to twice as many less one at random. 10. */
    public Builder electionTicks(int value) {
      electionTicks = value;
      return this;
    }

    /** Ticks between heartbeats. 1. */
    public Builder heartbeatTicks(int value) {
      heartbeatTicks = value;
      return this;
    }

    /** The last index that the application has applied: up to there nothing is handed out. 0. */
    public Builder applied(long value) {
      applied = value;
      return this;
    }

    /** Encoded bytes of entries in one message; one entry always passes. {@link #NO_LIMIT}. */
    public Builder maxMessageBytes(long value) {
      maxMessageBytes = value;
      return this;
    }

    /**
     * Encoded bytes handed out for applying and not acknowledged. 0: as {@code maxMessageBytes}.
     */
    public Builder maxApplyingBytes(long value) {
      maxApplyingBytes = value;
      return this;
    }

    /** Payload bytes a leader has uncommitted before it drops proposals. {@link #NO_LIMIT}. */
    public Builder maxUncommittedBytes(long value) {
      maxUncommittedBytes = value == 0 ? NO_LIMIT : value;
      return this;
    }

    /** Unacknowledged messages with entries to one follower. 256. */
    public Builder maxInflightMessages(int value) {
      maxInflightMessages = value;
      return this;
    }

    /** Their payload bytes; the message that reaches it may overshoot. {@link #NO_LIMIT}. */
    public Builder maxInflightBytes(long value) {
      maxInflightBytes = value == 0 ? NO_LIMIT : value;
      return this;
    }

    /** A leader that does not hear a quorum steps down; followers honour its lease. False. */
    public Builder checkQuorum(boolean value) {
      checkQuorum = value;
      return this;
    }

    /** Ask before campaigning (thesis §9.6). False. */
    public Builder preVote(boolean value) {
      preVote = value;
      return this;
    }

    /** {@link ReadOnlyOption#SAFE}. */
    public Builder readOnlyOption(ReadOnlyOption value) {
      readOnlyOption = value;
      return this;
    }

    /** Whether followers forward proposals to their leader. True. */
    public Builder proposalForwarding(boolean value) {
      proposalForwarding = value;
      return this;
    }

    /** Whether a leader refuses changes that do not fit the configuration it has applied. True. */
    public Builder confChangeValidation(boolean value) {
      confChangeValidation = value;
      return this;
    }

    /** Whether a leader that is removed or demoted steps down when it applies that. False. */
    public Builder stepDownOnRemoval(boolean value) {
      stepDownOnRemoval = value;
      return this;
    }

    /** Which of its two ways of being served {@link Ready} takes. False: synchronously. */
    public Builder asyncStorageWrites(boolean value) {
      asyncStorageWrites = value;
      return this;
    }

    /**
     * Whether the only voter, having applied all changes it knows to be committed and knowing no
     * leader, campaigns at once instead of waiting for its timer: a departure from etcd, where
     * nobody can see it but in the time that a start takes. False.
     */
    public Builder soleVoterCampaigns(boolean value) {
      soleVoterCampaigns = value;
      return this;
    }

    /**
     * @throws IllegalArgumentException if the values do not fit, in etcd's words
     */
    public Config build() {
      check(id != NodeId.NONE, "cannot use none as id");
      check(!NodeId.isStorageThread(id), "cannot use local target as id");
      check(heartbeatTicks > 0, "heartbeat tick must be greater than 0");
      check(electionTicks > heartbeatTicks, "election tick must be greater than heartbeat tick");
      check(maxInflightMessages > 0, "max inflight messages must be greater than 0");
      check(maxInflightBytes >= maxMessageBytes, "max inflight bytes must be >= max message size");
      check(
          readOnlyOption != ReadOnlyOption.LEASE_BASED || checkQuorum,
          "CheckQuorum must be enabled when ReadOnlyOption is ReadOnlyLeaseBased");
      return new Config(copy());
    }

    private Builder copy() {
      Builder copy = new Builder(id, storage, random);
      copy.observer = observer;
      copy.electionTicks = electionTicks;
      copy.heartbeatTicks = heartbeatTicks;
      copy.applied = applied;
      copy.maxMessageBytes = maxMessageBytes;
      copy.maxApplyingBytes = maxApplyingBytes;
      copy.maxUncommittedBytes = maxUncommittedBytes;
      copy.maxInflightMessages = maxInflightMessages;
      copy.maxInflightBytes = maxInflightBytes;
      copy.checkQuorum = checkQuorum;
      copy.preVote = preVote;
      copy.readOnlyOption = readOnlyOption;
      copy.proposalForwarding = proposalForwarding;
      copy.confChangeValidation = confChangeValidation;
      copy.stepDownOnRemoval = stepDownOnRemoval;
      copy.asyncStorageWrites = asyncStorageWrites;
      copy.soleVoterCampaigns = soleVoterCampaigns;
      return copy;
    }

    private static void check(boolean condition, String message) {
      if (!condition) {
        throw new IllegalArgumentException(message);
      }
    }
  }
}
