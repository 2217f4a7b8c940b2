package io.quorate.peer.codec;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Message;
import java.io.ByteArrayOutputStream;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/**
 * The bytes of both streams against those seen on the wire of the original (spec/peer.md 2.3, 2.4).
 */
class StreamBytesTest {
  private static final long A = 0xae2872dde454101eL;
  private static final long B = 0x72a090a359d31cbeL;

  private static final Entry FIRST =
      Entry.normal(2, 6, bytes("22070a016b12027631a2060a0885e4c1d7b6bfa88f10"));
  private static final Entry SECOND =
      Entry.normal(2, 7, bytes("22070a016b12027632a2060a0886e4c1d7b6bfa88f10"));

  private static byte[] bytes(String hex) {
    return HexFormat.of().parseHex(hex.replace(" ", ""));
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }

  // ---- 2.3, the message codec ----

  @Test
  void linkHeartbeatOfTheMessageStream() {
    var out = new ByteArrayOutputStream();
    MessageFrames.encoder().writeLinkHeartbeat(out);
    assertThat(hex(out.toByteArray()))
        .isEqualTo("0000000000000014" + "0808100018002000280030004000500058006800");
  }

  @Test
  void heartbeatOfALeader() {
    assertThat(hex(MessageFrames.encode(new Message.Heartbeat(A, B, 2, 5, null))))
        .isEqualTo(
            "0000000000000025"
                + "080810beb9ccceb594a4d072189ea0d0a2dedb9c94ae012002280030004005500058006800");
  }

  @Test
  void heartbeatsOfAllVersionsAreRead() {
    String own = "000000000000001b080810beb9ccceb594a4d072189ea0d0a2dedb9c94ae0120024005";
    String links =
        "00000000000000020808"
            + "000000000000001e080810001800"
            + "20002800300040004a0a12080a0228001000180050005800"
            + "00000000000000140808100018002000280030004000500058006800";
    assertThat(decode(MessageFrames.decoder(), bytes(links + own)))
        .containsExactly(new Message.Heartbeat(A, B, 2, 5, null));
  }

  @Test
  void aLengthBeyondTheLimitIsRefused() {
    assertThatThrownBy(() -> decode(MessageFrames.decoder(), bytes("0000000020000001")))
        .isInstanceOf(StreamException.class)
        .hasMessage("rafthttp: error limit exceeded");
    assertThatThrownBy(() -> new MessageFrames.SnapshotHead().feed(bytes("0000000004000001")))
        .hasMessage("rafthttp: error limit exceeded");
  }

  // ---- 2.4, msgappv2 ----

  private static final Message.Append WHOLE =
      new Message.Append(A, B, 2, new EntryId(2, 5), List.of(FIRST), 5);
  private static final Message.Append COMMIT =
      new Message.Append(A, B, 2, new EntryId(2, 6), List.of(), 6);
  private static final Message.Append NEXT =
      new Message.Append(A, B, 2, new EntryId(2, 6), List.of(SECOND), 6);
  private static final Message.Append LAST =
      new Message.Append(A, B, 2, new EntryId(2, 7), List.of(), 7);

  /** As a follower saw it after {@code put k v1}, {@code put k v2}. */
  private static final String CONVERSATION =
      "020000000000000045"
          + "080310beb9ccceb594a4d072189ea0d0a2dedb9c94ae012002280230053a1e08001002180622"
          + "1622070a016b12027631a2060a0885e4c1d7b6bfa88f104005500058006800"
          + "0100000000000000000000000000000006"
          + "010000000000000001000000000000001e080010021807221622070a016b12027632a2060a"
          + "0886e4c1d7b6bfa88f100000000000000006"
          + "0100000000000000000000000000000007";

  @Test
  void appendsThatFollowOnEachOtherAreShort() {
    FrameEncoder encoder = AppendFrames.encoder();
    var out = new ByteArrayOutputStream();
    for (Message each : List.of(WHOLE, COMMIT, NEXT, LAST)) {
      encoder.write(each, out);
    }
    assertThat(hex(out.toByteArray())).isEqualTo(CONVERSATION);
  }

  @Test
  void theyAreReadAsTheyWere() {
    assertThat(decode(AppendFrames.decoder(A, B), bytes(CONVERSATION)))
        .containsExactly(WHOLE, COMMIT, NEXT, LAST);
  }

  @Test
  void theFirstAppendOf34() {
    String first =
        "02000000000000004f080310beb9ccceb594a4d072189ea0d0a2dedb9c94ae012002280230053a1e0800100218"
            + "06221622070a016b12027631a2060a0885e4c1d7b6bfa88f1040054a0a12080a0228001000180050005800";
    assertThat(decode(AppendFrames.decoder(A, B), bytes(first))).containsExactly(WHOLE);
  }

  @Test
  void anUnknownTypeIsRefused() {
    assertThatThrownBy(() -> decode(AppendFrames.decoder(A, B), bytes("0007")))
        .hasMessage("failed to parse type 7 in msgappv2 stream");
  }

  @Test
  void anotherTermStartsAnew() {
    FrameEncoder encoder = AppendFrames.encoder();
    var out = new ByteArrayOutputStream();
    Message.Append other = new Message.Append(A, B, 3, new EntryId(2, 6), List.of(), 6);
    encoder.write(WHOLE, out);
    int before = out.size();
    encoder.write(other, out);
    assertThat(out.toByteArray()[before])
        .as("whole, since term and log term differ")
        .isEqualTo((byte) 2);
    assertThat(decode(AppendFrames.decoder(A, B), out.toByteArray())).containsExactly(WHOLE, other);
  }

  // ---- pieces ----

  @Property(tries = 200)
  void piecesOfAnySizeMakeTheSameMessages(@ForAll @IntRange(min = 1, max = 60) int size) {
    byte[] all = bytes(CONVERSATION + "00" + CONVERSATION);
    assertThat(decodeInPieces(AppendFrames.decoder(A, B), all, size))
        .containsExactly(WHOLE, COMMIT, NEXT, LAST, WHOLE, COMMIT, NEXT, LAST);
  }

  @Test
  void aSnapshotsHeadLeavesWhatFollows() {
    byte[] frame = MessageFrames.encode(new Message.Heartbeat(A, B, 2, 5, null));
    var head = new MessageFrames.SnapshotHead();
    assertThat(head.isEmpty()).isTrue();
    assertThat(head.feed(java.util.Arrays.copyOf(frame, 10))).isFalse();
    byte[] rest = java.util.Arrays.copyOfRange(frame, 10, frame.length + 3);
    rest[rest.length - 1] = 9;
    assertThat(head.feed(rest)).isTrue();
    assertThat(head.message()).isEqualTo(new Message.Heartbeat(A, B, 2, 5, null));
    assertThat(head.rest()).containsExactly(0, 0, 9);
  }

  private static List<Message> decode(FrameDecoder decoder, byte[] bytes) {
    return decodeInPieces(decoder, bytes, bytes.length);
  }

  private static List<Message> decodeInPieces(FrameDecoder decoder, byte[] bytes, int size) {
    List<Message> messages = new ArrayList<>();
    for (int at = 0; at < bytes.length; at += size) {
      decoder.feed(
          java.util.Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + size)),
          messages::add);
    }
    messages.removeIf(MessageFrames::isLinkHeartbeat);
    return messages;
  }
}
