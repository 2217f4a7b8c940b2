package io.quorate.rpc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.util.Arrays;
import java.util.OptionalLong;
import java.util.Random;
import java.util.zip.CRC32;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** gRPC's own formats: timeouts, messages of statuses, frames of messages, HTTP's statuses. */
class WireFormatTest {
  @Test
  void timeoutsAreRoundedUpInTheFinestUnitThatFits() {
    Object[][] table = {
      {0L, "0n"},
      {-5L, "0n"},
      {1L, "1n"},
      {99_999_999L, "99999999n"},
      {100_000_000L, "100000u"},
      {100_000_001L, "100001u"},
      {5_000_000_000L, "5000000u"},
      {99_999_999_000L, "99999999u"},
      {100_000_000_000L, "100000m"},
      {99_999_999_000_001L, "100000S"},
      {Long.MAX_VALUE, "2562048H"},
    };
    for (Object[] row : table) {
      assertThat(Timeouts.format((long) row[0])).as("%s", row[0]).isEqualTo(row[1]);
    }
  }

  @Test
  void timeoutsAreParsed() {
    assertThat(Timeouts.parse("0n")).hasValue(0);
    assertThat(Timeouts.parse("7u")).hasValue(7_000);
    assertThat(Timeouts.parse("7m")).hasValue(7_000_000);
    assertThat(Timeouts.parse("7S")).hasValue(7_000_000_000L);
    assertThat(Timeouts.parse("2M")).hasValue(120_000_000_000L);
    assertThat(Timeouts.parse("1H")).hasValue(3_600_000_000_000L);
    assertThat(Timeouts.parse("99999999H")).hasValue(Long.MAX_VALUE);
    for (String bad : new String[] {"", "n", "5", "123456789n", "-1n", "1x", "1 n", "+1n"}) {
      assertThat(Timeouts.parse(bad)).as(bad).isEqualTo(OptionalLong.empty());
    }
  }

  @Property
  void aTimeoutIsNeverShorterOnTheWire(@ForAll long nanos) {
    OptionalLong back = Timeouts.parse(Timeouts.format(nanos));
    assertThat(back.orElseThrow()).isGreaterThanOrEqualTo(Math.max(0, nanos));
  }

  @Test
  void percentText() {
    assertThat(PercentText.encode("a b~!")).isEqualTo("a b~!");
    assertThat(PercentText.encode("50%\n\u00fc")).isEqualTo("50%25%0A%C3%BC");
    assertThat(PercentText.decode("50%25%0a%C3%BC")).isEqualTo("50%\n\u00fc");
    assertThat(PercentText.decode("50%")).isEqualTo("50%");
    assertThat(PercentText.decode("%zz%4")).isEqualTo("%zz%4");
  }

  @Property
  void percentTextRoundTrip(@ForAll int[] points) {
    StringBuilder text = new StringBuilder();
    for (int point : points) {
      int valid = Math.floorMod(point, 0x110000);
      text.appendCodePoint(valid >= 0xd800 && valid < 0xe000 ? 'x' : valid);
    }
    String encoded = PercentText.encode(text.toString());
    assertThat(encoded.chars()).allMatch(c -> c >= 32 && c < 127);
    assertThat(PercentText.decode(encoded)).isEqualTo(text.toString());
  }

  @Test
  void answersThatAreNotGrpc() {
    assertThat(HttpStatuses.foreign("404", "text/plain"))
        .isEqualTo(
            new Status(
                Code.UNIMPLEMENTED,
                "unexpected HTTP status code received from server: 404 (Not Found); transport:"
                    + " received unexpected content-type \"text/plain\""));
    assertThat(HttpStatuses.foreign("503", "").code()).isEqualTo(Code.UNAVAILABLE);
    assertThat(HttpStatuses.foreign("200", ""))
        .isEqualTo(new Status(Code.UNKNOWN, "malformed header: missing HTTP content-type"));
    assertThat(HttpStatuses.foreign("", "application/grpc").code()).isEqualTo(Code.INTERNAL);
    int[][] codes = {
      {400, 13}, {401, 16}, {403, 7}, {404, 12}, {429, 14}, {502, 14}, {503, 14}, {504, 14},
      {500, 2}, {302, 2}, {415, 2}
    };
    for (int[] row : codes) {
      assertThat(HttpStatuses.code(row[0]).number()).as("%d", row[0]).isEqualTo(row[1]);
    }
    assertThat(HttpStatuses.isGrpc("application/grpc")).isTrue();
    assertThat(HttpStatuses.isGrpc("application/grpc+proto")).isTrue();
    assertThat(HttpStatuses.isGrpc("application/grpc;x")).isTrue();
    assertThat(HttpStatuses.isGrpc("application/grpc-web")).isFalse();
  }

  private static byte[] framed(boolean gzip, byte[] message) {
    byte[] body = gzip ? MessageWriter.gzip(message) : message;
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MessageWriter.prefix(gzip, body.length));
    out.writeBytes(body);
    return out.toByteArray();
  }

  @Property(tries = 200)
  void messagesHoweverTheyAreCut(@ForAll long seed) {
    Random random = new Random(seed);
    MessageReader reader = new MessageReader(1 << 20);
    reader.encoding("gzip");
    ByteArrayOutputStream all = new ByteArrayOutputStream();
    byte[][] messages = new byte[6][];
    for (int i = 0; i < messages.length; i++) {
      messages[i] = new byte[random.nextInt(4) == 0 ? 100_000 : random.nextInt(300)];
      random.nextBytes(messages[i]);
      all.writeBytes(framed(random.nextBoolean(), messages[i]));
    }
    byte[] bytes = all.toByteArray();
    int position = 0;
    while (position < bytes.length) {
      int count = Math.min(bytes.length - position, 1 + random.nextInt(20_000));
      reader.feed(bytes, position, count);
      position += count;
    }
    assertThat(reader.isPartial()).isFalse();
    for (byte[] message : messages) {
      assertThat(reader.poll()).isEqualTo(message);
    }
    assertThat(reader.poll()).isNull();
  }

  private static void refused(int limit, String encoding, byte[] bytes, Code code, String text) {
    MessageReader reader = new MessageReader(limit);
    reader.encoding(encoding);
    assertThatThrownBy(() -> reader.feed(bytes, 0, bytes.length))
        .isInstanceOfSatisfying(
            StatusException.class,
            e -> {
              assertThat(e.status().code()).isEqualTo(code);
              assertThat(e.status().message()).startsWith(text);
            });
  }

  @Test
  void messagesThatAreRefused() {
    refused(
        2097152,
        "identity",
        new byte[] {0, 0, 0x20, 0, 1},
        Code.RESOURCE_EXHAUSTED,
        "grpc: received message larger than max (2097153 vs. 2097152)");
    refused(
        100,
        "identity",
        new byte[] {0, -1, -1, -1, -1},
        Code.RESOURCE_EXHAUSTED,
        "grpc: received message larger than max (4294967295 vs. 100)");
    refused(
        100,
        "identity",
        framed(true, new byte[10]),
        Code.INTERNAL,
        "grpc: compressed flag set with identity or empty encoding");
    refused(
        100,
        "snappy",
        framed(true, new byte[10]),
        Code.UNIMPLEMENTED,
        "grpc: Decompressor is not installed for grpc-encoding \"snappy\"");
    refused(
        100,
        "gzip",
        new byte[] {2, 0, 0, 0, 0},
        Code.INTERNAL,
        "grpc: received unexpected payload format 2");
    refused(
        5000,
        "gzip",
        framed(true, new byte[10_000_000 / 100]),
        Code.RESOURCE_EXHAUSTED,
        "grpc: received message after decompression larger than max 5000");
  }

  /** As etcd 3.6.14 answered each of them. */
  @Test
  void messagesThatAreNotGzip() {
    byte[] good = MessageWriter.gzip(new byte[] {1, 2, 3});
    byte[] badSum = good.clone();
    badSum[badSum.length - 8]++;
    corrupt("grpc: failed to decompress the message: EOF");
    corrupt("grpc: failed to decompress the message: unexpected EOF", new byte[3]);
    corrupt("grpc: failed to decompress the message: gzip: invalid header", new byte[30]);
    corrupt(
        "grpc: failed to read decompressed data: unexpected EOF",
        Arrays.copyOf(good, good.length - 4));
    corrupt("grpc: failed to read decompressed data: unexpected EOF", Arrays.copyOf(good, 11));
    corrupt("grpc: failed to read decompressed data: gzip: invalid checksum", badSum);
    corrupt(
        "grpc: failed to read decompressed data: unexpected EOF",
        Arrays.copyOf(good, good.length + 3));
    corrupt(
        "grpc: failed to read decompressed data: gzip: invalid header",
        Arrays.copyOf(good, good.length + 30));
  }

  private static void corrupt(String text, byte... body) {
    refused(100, "gzip", framed(body), Code.INTERNAL, text);
  }

  private static byte[] framed(byte[] body) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.writeBytes(MessageWriter.prefix(true, body.length));
    out.writeBytes(body);
    return out.toByteArray();
  }

  @Test
  void aMessageMayBeSeveralMembersWithNames() {
    ByteArrayOutputStream members = new ByteArrayOutputStream();
    members.writeBytes(MessageWriter.gzip(new byte[] {1, 2}));
    // Flags: a checksum of the header, an extra field, a name, a comment.
    byte[] header = {0x1f, (byte) 0x8b, 8, 30, 0, 0, 0, 0, 0, 3, 2, 0, 7, 7, 'n', 0, 'c', 0};
    CRC32 crc = new CRC32();
    crc.update(header);
    members.writeBytes(header);
    members.write((int) crc.getValue());
    members.write((int) crc.getValue() >> 8);
    byte[] plain = MessageWriter.gzip(new byte[100]);
    members.write(plain, 10, plain.length - 10);
    MessageReader reader = new MessageReader(102);
    reader.encoding("gzip");
    byte[] bytes = framed(members.toByteArray());
    reader.feed(bytes, 0, bytes.length);
    byte[] message = new byte[102];
    message[0] = 1;
    message[1] = 2;
    assertThat(reader.poll()).isEqualTo(message);
    refused(
        101,
        "gzip",
        bytes,
        Code.RESOURCE_EXHAUSTED,
        "grpc: received message after decompression larger than max 101");
  }

  @Test
  void aClaimedLengthCostsNothing() {
    MessageReader reader = new MessageReader(Integer.MAX_VALUE);
    for (int i = 0; i < 20; i++) {
      reader = new MessageReader(Integer.MAX_VALUE);
      reader.feed(new byte[] {0, 0x7f, -1, -1, -1, 9}, 0, 6);
    }
    assertThat(reader.isPartial()).isTrue();
  }
}
