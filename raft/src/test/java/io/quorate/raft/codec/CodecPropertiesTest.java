package io.quorate.raft.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.fail;

import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeSingle;
import io.quorate.raft.message.ConfChangeTransition;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.message.ConfChangeV2;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.EntryType;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Message;
import io.quorate.raft.message.MessageType;
import io.quorate.raft.message.Snapshot;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Every value survives the trip; no bytes bring anything but a value or MalformedException. */
class CodecPropertiesTest {
  private static final int ROUNDS = Boolean.getBoolean("long") ? 500_000 : 5_000;
  private static final long SEED = 0x5eed;

  private final Random random = new Random(SEED);

  @Test
  void roundTrips() {
    for (int round = 0; round < ROUNDS; round++) {
      trip(this::message, MessageCodec::encode, MessageCodec::decode, MessageCodec::encodedSize);
      trip(this::entry, EntryCodec::encode, EntryCodec::decode, EntryCodec::encodedSize);
      trip(
          this::hardState,
          HardStateCodec::encode,
          HardStateCodec::decode,
          HardStateCodec::encodedSize);
      trip(
          this::snapshot, SnapshotCodec::encode, SnapshotCodec::decode, SnapshotCodec::encodedSize);
      trip(
          this::confState,
          ConfStateCodec::encode,
          ConfStateCodec::decode,
          ConfStateCodec::encodedSize);
      trip(
          this::confChange,
          ConfChangeCodec::encode,
          ConfChangeCodec::decode,
          ConfChangeCodec::encodedSize);
      trip(
          this::confChangeV2,
          ConfChangeV2Codec::encode,
          ConfChangeV2Codec::decode,
          ConfChangeV2Codec::encodedSize);
    }
  }

  @Test
  void garbageIsRefusedByName() {
    List<Function<byte[], ?>> decoders =
        List.of(
            MessageCodec::decode,
            EntryCodec::decode,
            HardStateCodec::decode,
            SnapshotCodec::decode,
            ConfStateCodec::decode,
            ConfChangeCodec::decode,
            ConfChangeV2Codec::decode);
    for (int round = 0; round < ROUNDS; round++) {
      byte[] bytes = round % 2 == 0 ? noise() : damaged(MessageCodec.encode(message()));
      for (Function<byte[], ?> decoder : decoders) {
        try {
          assertThat(decoder.apply(bytes)).isNotNull();
        } catch (MalformedException expected) {
          assertThat(expected).hasMessageContaining("in field");
        } catch (RuntimeException | Error other) {
          fail("seed " + SEED + " round " + round + ": " + Arrays.toString(bytes), other);
        }
      }
    }
  }

  @Test
  void aTruncatedMessageIsRefusedOrLacksFields() {
    byte[] whole =
        MessageCodec.encode(
            new Message.Append(
                1, 2, 3, new EntryId(2, 7), List.of(Entry.normal(3, 8, new byte[30])), 7));
    for (int length = 0; length < whole.length; length++) {
      byte[] part = Arrays.copyOf(whole, length);
      try {
        assertThat(MessageCodec.decode(part).type()).isIn(MessageType.HUP, MessageType.APPEND);
      } catch (MalformedException expected) {
        assertThat(expected).hasMessageContaining("byte");
      }
    }
  }

  @Test
  void endlessNestingIsRefused() {
    byte[] bytes = {};
    for (int depth = 0; depth < 1000; depth++) {
      ByteBuffer outer = ByteBuffer.allocate(Wire.bytesFieldSize(bytes.length));
      WireWriter writer = new WireWriter(outer);
      writer.messageField(14, bytes.length);
      outer.put(bytes);
      bytes = outer.array();
    }
    byte[] nested = bytes;
    assertThatThrownBy(() -> MessageCodec.decode(nested))
        .isInstanceOf(MalformedException.class)
        .hasMessageContaining("nested too deeply");
  }

  private <T> void trip(
      Supplier<T> values,
      Function<T, byte[]> encode,
      Function<byte[], T> decode,
      Function<T, Integer> size) {
    T value = values.get();
    byte[] bytes = encode.apply(value);
    assertThat(bytes).as("size of %s, seed %d", value, SEED).hasSize(size.apply(value));
    assertThat(decode.apply(bytes)).as("seed %d", SEED).isEqualTo(value);
  }

  private byte[] noise() {
    byte[] bytes = new byte[random.nextInt(64)];
    random.nextBytes(bytes);
    return bytes;
  }

  private byte[] damaged(byte[] bytes) {
    byte[] damaged = Arrays.copyOf(bytes, random.nextInt(bytes.length + 4));
    for (int flips = random.nextInt(4); flips > 0 && damaged.length > 0; flips--) {
      damaged[random.nextInt(damaged.length)] = (byte) random.nextInt();
    }
    return damaged;
  }

  private Message message() {
    long from = number();
    long to = number();
    long term = number();
    return switch (MessageType.values()[random.nextInt(MessageType.values().length)]) {
      case HUP -> new Message.Hup(from, to);
      case BEAT -> new Message.Beat(from, to);
      case PROPOSE -> new Message.Propose(from, to, entries());
      case APPEND -> new Message.Append(from, to, term, id(), entries(), number());
      case APPEND_RESPONSE ->
          new Message.AppendResponse(from, to, term, number(), random.nextBoolean(), id());
      case VOTE -> new Message.Vote(from, to, term, id(), random.nextBoolean());
      case VOTE_RESPONSE -> new Message.VoteResponse(from, to, term, random.nextBoolean());
      case INSTALL_SNAPSHOT -> new Message.InstallSnapshot(from, to, term, snapshot());
      case HEARTBEAT -> new Message.Heartbeat(from, to, term, number(), data());
      case HEARTBEAT_RESPONSE -> new Message.HeartbeatResponse(from, to, term, data());
      case UNREACHABLE -> new Message.Unreachable(from, to);
      case SNAPSHOT_STATUS -> new Message.SnapshotStatus(from, to, random.nextBoolean());
      case CHECK_QUORUM -> new Message.CheckQuorum(from, to);
      case TRANSFER_LEADER -> new Message.TransferLeader(from, to, term);
      case TIMEOUT_NOW -> new Message.TimeoutNow(from, to, term);
      case READ_INDEX -> new Message.ReadIndex(from, to, entries());
      case READ_INDEX_RESPONSE ->
          new Message.ReadIndexResponse(from, to, term, number(), entries());
      case PRE_VOTE -> new Message.PreVote(from, to, term, id(), random.nextBoolean());
      case PRE_VOTE_RESPONSE -> new Message.PreVoteResponse(from, to, term, random.nextBoolean());
      case STORAGE_APPEND ->
          new Message.StorageAppend(
              from,
              to,
              Optional.of(hardState()).filter(s -> !s.isEmpty()),
              entries(),
              Optional.of(snapshot()).filter(s -> !s.isEmpty()),
              List.of(new Message.AppendResponse(1, 2, 3, 4, false, EntryId.NONE)));
      case STORAGE_APPEND_RESPONSE ->
          new Message.StorageAppendResponse(
              from, to, term, id(), Optional.of(snapshot()).filter(s -> !s.isEmpty()));
      case STORAGE_APPLY ->
          new Message.StorageApply(
              from, to, entries(), List.of(new Message.StorageApplyResponse(-2, from, List.of())));
      case STORAGE_APPLY_RESPONSE -> new Message.StorageApplyResponse(from, to, entries());
      case FORGET_LEADER -> new Message.ForgetLeader(from, to);
    };
  }

  private EntryId id() {
    return new EntryId(number(), number());
  }

  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      entries.add(entry());
    }
    return entries;
  }

  private Entry entry() {
    EntryType type = EntryType.values()[random.nextInt(EntryType.values().length)];
    return new Entry(type, number(), number(), data());
  }

  private HardState hardState() {
    return new HardState(number(), number(), number());
  }

  private Snapshot snapshot() {
    return new Snapshot(data(), confState(), number(), number());
  }

  private ConfState confState() {
    return new ConfState(ids(), ids(), ids(), ids(), random.nextBoolean());
  }

  private ConfChange confChange() {
    return new ConfChange(number(), changeType(), number(), data());
  }

  private ConfChangeV2 confChangeV2() {
    List<ConfChangeSingle> changes = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      changes.add(new ConfChangeSingle(changeType(), number()));
    }
    ConfChangeTransition[] transitions = ConfChangeTransition.values();
    return new ConfChangeV2(transitions[random.nextInt(transitions.length)], changes, data());
  }

  private ConfChangeType changeType() {
    return ConfChangeType.values()[random.nextInt(ConfChangeType.values().length)];
  }

  private List<Long> ids() {
    List<Long> ids = new ArrayList<>();
    for (int n = random.nextInt(4); n > 0; n--) {
      ids.add(number());
    }
    return ids;
  }

  /** Of any magnitude, negative as a Java number included. */
  private long number() {
    return random.nextInt(4) == 0 ? 0 : random.nextLong() >>> random.nextInt(Long.SIZE);
  }

  private byte @Nullable [] data() {
    return random.nextInt(3) == 0 ? null : noise();
  }
}
