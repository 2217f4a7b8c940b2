package io.quorate.raft.message;

import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * What nodes tell each other and themselves, one record per kind, holding just what that kind means
 * (spec/raft.md 1.3). The first two components are always the sender and the receiver.
 *
 * <p>{@link #term} is the sender's, but for pre-votes, which speak of a term to come, and for kinds
 * that carry none, where it is 0.
 */
public sealed interface Message {
  long from();

  long to();

  MessageType type();

  default long term() {
    return 0;
  }

  /** Start an election: by the timer (from oneself) or on demand (from nobody). */
  record Hup(long from, long to) implements Message {
    @Override
    public MessageType type() {
      return MessageType.HUP;
    }
  }

  /** Leader's heartbeat timer. */
  record Beat(long from, long to) implements Message {
    @Override
    public MessageType type() {
      return MessageType.BEAT;
    }
  }

  /**
   * Please append; a follower forwards it to its leader.
   *
   * @param entries at least one; their terms and indexes do not count
   */
  record Propose(long from, long to, List<Entry> entries) implements Message {
    public Propose {
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.PROPOSE;
    }
  }

  /**
   * AppendEntries (thesis §3.5).
   *
   * @param previous the entry before the first of {@code entries}
   * @param commit the leader's commit index, not capped to what is sent
   */
  record Append(long from, long to, long term, EntryId previous, List<Entry> entries, long commit)
      implements Message {
    public Append {
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.APPEND;
    }
  }

  /**
   * Answer to {@link Append} and {@link InstallSnapshot}, and with index 0 a hint that the sender's
   * term is higher.
   *
   * @param index accepted: the last index known to match; rejected: that of {@code previous}
   * @param hint rejected: where the follower guesses that the logs may agree
   */
  record AppendResponse(long from, long to, long term, long index, boolean reject, EntryId hint)
      implements Message {
    public static AppendResponse accepted(long from, long to, long term, long index) {
      return new AppendResponse(from, to, term, index, false, EntryId.NONE);
    }

    public static AppendResponse rejected(long from, long to, long term, long index, EntryId hint) {
      return new AppendResponse(from, to, term, index, true, hint);
    }

    @Override
    public MessageType type() {
      return MessageType.APPEND_RESPONSE;
    }
  }

  /**
   * RequestVote (thesis §3.4).
   *
   * @param term the term campaigned for
   * @param last the candidate's last entry
   * @param transfer whether the leader itself asked for this election, which overrides leases
   */
  record Vote(long from, long to, long term, EntryId last, boolean transfer) implements Message {
    @Override
    public MessageType type() {
      return MessageType.VOTE;
    }
  }

  /**
   * @param term granted: that of the request; rejected: the sender's own
   */
  record VoteResponse(long from, long to, long term, boolean reject) implements Message {
    @Override
    public MessageType type() {
      return MessageType.VOTE_RESPONSE;
    }
  }

  /** InstallSnapshot (thesis §5.1). */
  record InstallSnapshot(long from, long to, long term, Snapshot snapshot) implements Message {
    @Override
    public MessageType type() {
      return MessageType.INSTALL_SNAPSHOT;
    }
  }

  /**
   * I still lead.
   *
   * @param commit at most what the receiver is known to have
   * @param context of the reads waiting for confirmation, or null
   */
  record Heartbeat(long from, long to, long term, long commit, byte @Nullable [] context)
      implements Message {
    @Override
    public MessageType type() {
      return MessageType.HEARTBEAT;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof Heartbeat that
          && from == that.from
          && to == that.to
          && term == that.term
          && commit == that.commit
          && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
      return Objects.hash(from, to, term, commit, Arrays.hashCode(context));
    }
  }

  /**
   * @param context echoed from the heartbeat
   */
  record HeartbeatResponse(long from, long to, long term, byte @Nullable [] context)
      implements Message {
    @Override
    public MessageType type() {
      return MessageType.HEARTBEAT_RESPONSE;
    }

    @Override
    public boolean equals(Object other) {
      return other instanceof HeartbeatResponse that
          && from == that.from
          && to == that.to
          && term == that.term
          && Arrays.equals(context, that.context);
    }

    @Override
    public int hashCode() {
      return Objects.hash(from, to, term, Arrays.hashCode(context));
    }
  }

  /** The transport could not reach {@code from}. */
  record Unreachable(long from, long to) implements Message {
    @Override
    public MessageType type() {
      return MessageType.UNREACHABLE;
    }
  }

  /**
   * What became of the snapshot sent to {@code from}.
   *
   * @param reject whether it did not arrive
   */
  record SnapshotStatus(long from, long to, boolean reject) implements Message {
    @Override
    public MessageType type() {
      return MessageType.SNAPSHOT_STATUS;
    }
  }

  /** Leader's election timer: is a quorum still there? */
  record CheckQuorum(long from, long to) implements Message {
    @Override
    public MessageType type() {
      return MessageType.CHECK_QUORUM;
    }
  }

  /**
   * Hand over leadership (thesis §3.10).
   *
   * @param from who shall lead
   * @param term 0 when local; the forwarding follower's otherwise
   */
  record TransferLeader(long from, long to, long term) implements Message {
    @Override
    public MessageType type() {
      return MessageType.TRANSFER_LEADER;
    }
  }

  /** Campaign at once (thesis §3.10). */
  record TimeoutNow(long from, long to, long term) implements Message {
    @Override
    public MessageType type() {
      return MessageType.TIMEOUT_NOW;
    }
  }

  /**
   * Which index must be applied before this read? (thesis §6.4)
   *
   * @param from nobody for one of our own, else who asks
   * @param entries one entry, whose data is the context of the request
   */
  record ReadIndex(long from, long to, List<Entry> entries) implements Message {
    public ReadIndex {
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.READ_INDEX;
    }
  }

  /**
   * @param index what must be applied before the read
   * @param entries those of the request
   */
  record ReadIndexResponse(long from, long to, long term, long index, List<Entry> entries)
      implements Message {
    public ReadIndexResponse {
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.READ_INDEX_RESPONSE;
    }
  }

  /**
   * Would you vote for me? (thesis §9.6)
   *
   * @param term one above the sender's own
   * @param transfer never set by us; honoured when it comes
   */
  record PreVote(long from, long to, long term, EntryId last, boolean transfer) implements Message {
    @Override
    public MessageType type() {
      return MessageType.PRE_VOTE;
    }
  }

  /**
   * @param term granted: that of the request; rejected: the sender's own
   */
  record PreVoteResponse(long from, long to, long term, boolean reject) implements Message {
    @Override
    public MessageType type() {
      return MessageType.PRE_VOTE_RESPONSE;
    }
  }

  /**
   * To the writer of the log: make all of this durable, then deliver {@code responses}. Without
   * responses durability may wait.
   *
   * @param entries to append in order, overwriting from the first index on
   * @param responses to peers, to the node itself, and last its own {@link StorageAppendResponse}
   */
  record StorageAppend(
      long from,
      long to,
      Optional<HardState> hardState,
      List<Entry> entries,
      Optional<Snapshot> snapshot,
      List<Message> responses)
      implements Message {
    public StorageAppend {
      entries = List.copyOf(entries);
      responses = List.copyOf(responses);
    }

    @Override
    public MessageType type() {
      return MessageType.STORAGE_APPEND;
    }

    /** The hard state's; 0 where there is none. */
    @Override
    public long term() {
      return hardState.isPresent() ? hardState.get().term() : 0;
    }
  }

  /**
   * The log is durable.
   *
   * @param term the node's when it handed the write out: protects from ABA
   * @param last up to where; {@link EntryId#NONE} if nothing was unstable
   */
  record StorageAppendResponse(
      long from, long to, long term, EntryId last, Optional<Snapshot> snapshot) implements Message {
    @Override
    public MessageType type() {
      return MessageType.STORAGE_APPEND_RESPONSE;
    }
  }

  /**
   * To the applier: these are committed.
   *
   * @param responses exactly one, the {@link StorageApplyResponse}
   */
  record StorageApply(long from, long to, List<Entry> entries, List<Message> responses)
      implements Message {
    public StorageApply {
      entries = List.copyOf(entries);
      responses = List.copyOf(responses);
    }

    @Override
    public MessageType type() {
      return MessageType.STORAGE_APPLY;
    }
  }

  /** These have been applied. */
  record StorageApplyResponse(long from, long to, List<Entry> entries) implements Message {
    public StorageApplyResponse {
      entries = List.copyOf(entries);
    }

    @Override
    public MessageType type() {
      return MessageType.STORAGE_APPLY_RESPONSE;
    }
  }

  /** Follow nobody until somebody leads again. */
  record ForgetLeader(long from, long to) implements Message {
    @Override
    public MessageType type() {
      return MessageType.FORGET_LEADER;
    }
  }
}
