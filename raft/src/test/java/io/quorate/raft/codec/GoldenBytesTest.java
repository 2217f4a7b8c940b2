package io.quorate.raft.codec;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfChangeTransition;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.NodeId;
import io.quorate.raft.message.Snapshot;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** The worked examples of spec/raft.md 1.2, and the two other styles in which they may come. */
class GoldenBytesTest {
  private static final byte[] X = {'x'};

  @Test
  void heartbeat() {
    message(
        new Message.Heartbeat(1, 2, 5, 9, null),
        "08 08 10 02 18 01 20 05 28 00 30 00 40 09 50 00 58 00 68 00");
  }

  @Test
  void theEmptyEntryOfANewLeader() {
    entry(Entry.normal(2, 3, null), "08 00 10 02 18 03");
  }

  @Test
  void entryWithData() {
    entry(Entry.normal(2, 3, X), "08 00 10 02 18 03 22 01 78");
  }

  @Test
  void emptyDataIsWrittenNullDataIsNot() {
    entry(Entry.normal(2, 3, new byte[0]), "08 00 10 02 18 03 22 00");
  }

  @Test
  void append() {
    message(
        new Message.Append(1, 2, 2, new EntryId(1, 2), List.of(Entry.normal(2, 3, null)), 2),
        "08 03 10 02 18 01 20 02 28 01 30 02 3a 06 08 00 10 02 18 03 40 02 50 00 58 00 68 00");
  }

  @Test
  void rejectedAppend() {
    message(
        Message.AppendResponse.rejected(2, 1, 2, 9, new EntryId(1, 3)),
        "08 04 10 01 18 02 20 02 28 01 30 09 40 00 50 01 58 03 68 00");
  }

  @Test
  void voteOfATransfer() {
    message(
        new Message.Vote(3, 2, 7, new EntryId(6, 40), true),
        "08 05 10 02 18 03 20 07 28 06 30 28 40 00 50 00 58 00"
            + " 62 10 43 61 6d 70 61 69 67 6e 54 72 61 6e 73 66 65 72 68 00");
  }

  @Test
  void confState() {
    ConfState state = ConfState.ofVoters(List.of(1L, 2L, 3L));
    assertThat(hex(ConfStateCodec.encode(state))).isEqualTo("08 01 08 02 08 03 28 00");
    assertThat(ConfStateCodec.encodedSize(state)).isEqualTo(8);
    assertThat(ConfStateCodec.decode(bytes("08 01 08 02 08 03 28 00"))).isEqualTo(state);
  }

  @Test
  void confChange() {
    ConfChange change = new ConfChange(0, ConfChangeType.ADD_NODE, 3, null);
    assertThat(hex(ConfChangeCodec.encode(change))).isEqualTo("08 00 10 00 18 03");
    assertThat(ConfChangeCodec.decode(bytes("08 00 10 00 18 03"))).isEqualTo(change);
  }

  @Test
  void confChangeV2() {
    ConfChangeV2 change =
        ConfChangeV2.of(
            ConfChangeTransition.JOINT_EXPLICIT,
            new ConfChangeSingle(ConfChangeType.REMOVE_NODE, 1),
            new ConfChangeSingle(ConfChangeType.ADD_NODE, 4));
    String golden = "08 02 12 04 08 01 10 01 12 04 08 00 10 04";
    assertThat(hex(ConfChangeV2Codec.encode(change))).isEqualTo(golden);
    assertThat(ConfChangeV2Codec.decode(bytes(golden))).isEqualTo(change);
  }

  @Test
  void leavingJointIsOneFieldOrNothing() {
    assertThat(hex(ConfChangeV2Codec.encode(ConfChangeV2.LEAVE_JOINT))).isEqualTo("08 00");
    assertThat(ConfChangeV2Codec.decode(bytes("08 00"))).isEqualTo(ConfChangeV2.LEAVE_JOINT);
    assertThat(ConfChangeV2Codec.decode(new byte[0])).isEqualTo(ConfChangeV2.LEAVE_JOINT);
  }

  @Test
  void emptySnapshot() {
    assertThat(hex(SnapshotCodec.encode(Snapshot.EMPTY)))
        .isEqualTo("12 08 0a 02 28 00 10 00 18 00");
  }

  @Test
  void hardState() {
    HardState state = new HardState(3, -1, 300);
    String golden = "08 03 10 ff ff ff ff ff ff ff ff ff 01 18 ac 02";
    assertThat(hex(HardStateCodec.encode(state))).isEqualTo(golden);
    assertThat(HardStateCodec.decode(bytes(golden))).isEqualTo(state);
    assertThat(HardStateCodec.decode(new byte[0])).isEqualTo(HardState.EMPTY);
  }

  @Test
  void storageAppendCarriesItsResponses() {
    Message.StorageAppend append =
        new Message.StorageAppend(
            1,
            NodeId.APPEND_THREAD,
            Optional.of(new HardState(1, 1, 10)),
            List.of(),
            Optional.empty(),
            List.of(new Message.VoteResponse(1, 1, 1, false)));
    message(
        append,
        "08 13 10 ff ff ff ff ff ff ff ff ff 01 18 01 20 01 28 00 30 00 40 0a 50 00 58 00 68 01"
            + " 72 14 08 06 10 01 18 01 20 01 28 00 30 00 40 00 50 00 58 00 68 00");
  }

  @Test
  void absentFieldsAreZero() {
    assertThat(MessageCodec.decode(bytes("08 08 10 02 18 01 20 05 40 09")))
        .isEqualTo(new Message.Heartbeat(1, 2, 5, 9, null));
    assertThat(EntryCodec.decode(new byte[0])).isEqualTo(Entry.normal(0, 0, null));
  }

  @Test
  void anEmptySnapshotOf35IsNone() {
    String style35 =
        "08 08 10 02 18 01 20 05 28 00 30 00 40 09"
            + " 4a 0a 12 08 0a 02 28 00 10 00 18 00 50 00 58 00";
    assertThat(MessageCodec.decode(bytes(style35)))
        .isEqualTo(new Message.Heartbeat(1, 2, 5, 9, null));
    String storageAppendResponse = "08 14 10 01 4a 0a 12 08 0a 02 28 00 10 00 18 00";
    assertThat(MessageCodec.decode(bytes(storageAppendResponse)))
        .isEqualTo(new Message.StorageAppendResponse(0, 1, 0, EntryId.NONE, Optional.empty()));
  }

  @Test
  void packedNumbersAreRead() {
    assertThat(ConfStateCodec.decode(bytes("0a 03 01 02 03 12 00 08 04 28 01")))
        .isEqualTo(new ConfState(List.of(1L, 2L, 3L, 4L), List.of(), List.of(), List.of(), true));
  }

  @Test
  void unknownFieldsAreSkipped() {
    // 100: varint, 101: fixed64, 102: bytes, 103: group with a varint inside, 104: fixed32.
    String unknown =
        "a0 06 01 a9 06 00 00 00 00 00 00 00 00 b2 06 02 aa bb bb 06 08 01 bc 06"
            + " c5 06 00 00 00 00";
    assertThat(EntryCodec.decode(bytes("08 00 10 02 " + unknown + " 18 03 22 01 78")))
        .isEqualTo(Entry.normal(2, 3, X));
  }

  private static void entry(Entry entry, String golden) {
    assertThat(hex(EntryCodec.encode(entry))).isEqualTo(golden);
    assertThat(EntryCodec.encodedSize(entry)).isEqualTo(bytes(golden).length);
    assertThat(EntryCodec.decode(bytes(golden))).isEqualTo(entry);
  }

  private static void message(Message message, String golden) {
    assertThat(hex(MessageCodec.encode(message))).isEqualTo(golden);
    assertThat(MessageCodec.encodedSize(message)).isEqualTo(bytes(golden).length);
    assertThat(MessageCodec.decode(bytes(golden))).isEqualTo(message);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.ofDelimiter(" ").formatHex(bytes);
  }

  private static byte[] bytes(String hex) {
    return HexFormat.ofDelimiter(" ").parseHex(hex);
  }
}
