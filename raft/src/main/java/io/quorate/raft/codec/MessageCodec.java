package io.quorate.raft.codec;

import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.Snapshot;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/**
 * Message: {@code 1 type, 2 to, 3 from, 4 term, 5 logTerm, 6 index, 7 entries*, 8 commit, 9
 * snapshot?, 10 reject, 11 rejectHint, 12 context?, 13 vote, 14 responses*}.
 *
 * <p>What a kind has no use for is written as zero and forgotten when read.
 */
public final class MessageCodec {
  /** What a vote's context says when the leader asked for the election. */
  private static final byte[] TRANSFER = "CampaignTransfer".getBytes(StandardCharsets.US_ASCII);

  private MessageCodec() {}

  public static int encodedSize(Message message) {
    return toFields(message).size();
  }

  public static byte[] encode(Message message) {
    MessageFields fields = toFields(message);
    ByteBuffer out = ByteBuffer.allocate(fields.size());
    fields.write(out);
    return out.array();
  }

  /** Writes at {@code out}'s position, which needs {@link #encodedSize} bytes of room. */
  public static void write(Message message, ByteBuffer out) {
    toFields(message).write(out);
  }

  /**
   * @throws MalformedException if this is no message, or of a type unknown to us
   */
  public static Message decode(byte[] bytes) {
    return decode(ByteBuffer.wrap(bytes));
  }

  /**
   * Reads all that remains, leaving the buffer's position alone.
   *
   * @throws MalformedException if this is no message, or of a type unknown to us
   */
  public static Message decode(ByteBuffer bytes) {
    return toMessage(MessageFields.read(new WireReader(bytes)));
  }

  private static MessageFields toFields(Message message) {
    MessageFields f = new MessageFields();
    f.type = message.type();
    f.to = message.to();
    f.from = message.from();
    f.term = message.term();
    switch (message) {
      case Message.Propose m -> f.entries = m.entries();
      case Message.Append m -> {
        f.log(m.previous());
        f.entries = m.entries();
        f.commit = m.commit();
      }
      case Message.AppendResponse m -> {
        f.index = m.index();
        f.reject = m.reject();
        f.rejectHint = m.hint().index();
        f.logTerm = m.hint().term();
      }
      case Message.Vote m -> {
        f.log(m.last());
        f.context = m.transfer() ? TRANSFER : null;
      }
      case Message.PreVote m -> {
        f.log(m.last());
        f.context = m.transfer() ? TRANSFER : null;
      }
      case Message.VoteResponse m -> f.reject = m.reject();
      case Message.PreVoteResponse m -> f.reject = m.reject();
      case Message.InstallSnapshot m -> f.snapshot = m.snapshot();
      case Message.Heartbeat m -> {
        f.commit = m.commit();
        f.context = m.context();
      }
      case Message.HeartbeatResponse m -> f.context = m.context();
      case Message.SnapshotStatus m -> f.reject = m.reject();
      case Message.ReadIndex m -> f.entries = m.entries();
      case Message.ReadIndexResponse m -> {
        f.index = m.index();
        f.entries = m.entries();
      }
      case Message.StorageAppend m -> {
        if (m.hardState().isPresent()) {
          f.commit = m.hardState().get().commit();
          f.vote = m.hardState().get().vote();
        }
        f.entries = m.entries();
        f.snapshot = m.snapshot().orElse(null);
        f.responses = m.responses();
      }
      case Message.StorageAppendResponse m -> {
        f.log(m.last());
        f.snapshot = m.snapshot().orElse(null);
      }
      case Message.StorageApply m -> {
        f.entries = m.entries();
        f.responses = m.responses();
      }
      case Message.StorageApplyResponse m -> f.entries = m.entries();
      case Message.Hup _,
          Message.Beat _,
          Message.Unreachable _,
          Message.CheckQuorum _,
          Message.TransferLeader _,
          Message.TimeoutNow _,
          Message.ForgetLeader _ -> {}
    }
    return f;
  }

  static Message toMessage(MessageFields f) {
    return switch (f.type) {
      case HUP -> new Message.Hup(f.from, f.to);
      case BEAT -> new Message.Beat(f.from, f.to);
      case PROPOSE -> new Message.Propose(f.from, f.to, f.entries);
      case APPEND -> new Message.Append(f.from, f.to, f.term, f.log(), f.entries, f.commit);
      case APPEND_RESPONSE ->
          new Message.AppendResponse(
              f.from, f.to, f.term, f.index, f.reject, new EntryId(f.logTerm, f.rejectHint));
      case VOTE -> new Message.Vote(f.from, f.to, f.term, f.log(), isTransfer(f));
      case VOTE_RESPONSE -> new Message.VoteResponse(f.from, f.to, f.term, f.reject);
      case INSTALL_SNAPSHOT ->
          new Message.InstallSnapshot(
              f.from, f.to, f.term, f.snapshot == null ? Snapshot.EMPTY : f.snapshot);
      case HEARTBEAT -> new Message.Heartbeat(f.from, f.to, f.term, f.commit, f.context);
      case HEARTBEAT_RESPONSE -> new Message.HeartbeatResponse(f.from, f.to, f.term, f.context);
      case UNREACHABLE -> new Message.Unreachable(f.from, f.to);
      case SNAPSHOT_STATUS -> new Message.SnapshotStatus(f.from, f.to, f.reject);
      case CHECK_QUORUM -> new Message.CheckQuorum(f.from, f.to);
      case TRANSFER_LEADER -> new Message.TransferLeader(f.from, f.to, f.term);
      case TIMEOUT_NOW -> new Message.TimeoutNow(f.from, f.to, f.term);
      case READ_INDEX -> new Message.ReadIndex(f.from, f.to, f.entries);
      case READ_INDEX_RESPONSE ->
          new Message.ReadIndexResponse(f.from, f.to, f.term, f.index, f.entries);
      case PRE_VOTE -> new Message.PreVote(f.from, f.to, f.term, f.log(), isTransfer(f));
      case PRE_VOTE_RESPONSE -> new Message.PreVoteResponse(f.from, f.to, f.term, f.reject);
      case STORAGE_APPEND ->
          new Message.StorageAppend(
              f.from, f.to, f.hardState(), f.entries, f.presentSnapshot(), f.responses);
      case STORAGE_APPEND_RESPONSE ->
          new Message.StorageAppendResponse(f.from, f.to, f.term, f.log(), f.presentSnapshot());
      case STORAGE_APPLY -> new Message.StorageApply(f.from, f.to, f.entries, f.responses);
      case STORAGE_APPLY_RESPONSE -> new Message.StorageApplyResponse(f.from, f.to, f.entries);
      case FORGET_LEADER -> new Message.ForgetLeader(f.from, f.to);
    };
  }

  private static boolean isTransfer(MessageFields f) {
    return Arrays.equals(f.context, TRANSFER);
  }
}
