package io.quorate.rpc.hpack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.rpc.hpack.HpackEncoder.Indexing;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** The examples of RFC 7541, appendix C, both ways; round trips; and what is no header block. */
class HpackTest {
  private static final int MANY = 1 << 20;

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static List<String> decode(HpackDecoder decoder, byte[] block) {
    List<String> headers = new ArrayList<>();
    decoder.decode(block, 0, block.length, (name, value) -> headers.add(name + ": " + value));
    return headers;
  }

  private static byte[] encode(HpackEncoder encoder, List<String> headers) {
    encoder.begin();
    for (String header : headers) {
      int colon = header.indexOf(": ", 1);
      encoder.header(header.substring(0, colon), header.substring(colon + 2));
    }
    return Arrays.copyOf(encoder.buffer(), encoder.length());
  }

  private record Step(String hex, int tableBytes, List<String> headers) {}

  private static void example(int table, boolean huffman, Step... steps) {
    HpackDecoder decoder = new HpackDecoder(table, MANY);
    HpackEncoder encoder = new HpackEncoder(table, huffman);
    for (Step step : steps) {
      assertThat(decode(decoder, hex(step.hex))).isEqualTo(step.headers);
      assertThat(decoder.tableBytes()).isEqualTo(step.tableBytes);
      assertThat(encode(encoder, step.headers)).isEqualTo(hex(step.hex));
    }
  }

  private static final List<String> FIRST =
      List.of(":method: GET", ":scheme: http", ":path: /", ":authority: www.example.com");
  private static final List<String> SECOND =
      List.of(
          ":method: GET",
          ":scheme: http",
          ":path: /",
          ":authority: www.example.com",
          "cache-control: no-cache");
  private static final List<String> THIRD =
      List.of(
          ":method: GET",
          ":scheme: https",
          ":path: /index.html",
          ":authority: www.example.com",
          "custom-key: custom-value");
  private static final List<String> FIRST_ANSWER =
      List.of(
          ":status: 302",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:21 GMT",
          "location: https://www.example.com");
  private static final List<String> SECOND_ANSWER =
      List.of(
          ":status: 307",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:21 GMT",
          "location: https://www.example.com");
  private static final List<String> THIRD_ANSWER =
      List.of(
          ":status: 200",
          "cache-control: private",
          "date: Mon, 21 Oct 2013 20:13:22 GMT",
          "location: https://www.example.com",
          "content-encoding: gzip",
          "set-cookie: foo=ASDJKHQKBZXOQWEOPIUAXQWEOIU; max-age=3600; version=1");

  @Test
  void c2SingleHeaders() {
    HpackDecoder decoder = new HpackDecoder(4096, MANY);
    assertThat(
            decode(
                decoder, hex("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572")))
        .containsExactly("custom-key: custom-header");
    assertThat(decoder.tableBytes()).isEqualTo(55);
    assertThat(decode(decoder, hex("040c 2f73 616d 706c 652f 7061 7468")))
        .containsExactly(":path: /sample/path");
    assertThat(decode(decoder, hex("1008 7061 7373 776f 7264 0673 6563 7265 74")))
        .containsExactly("password: secret");
    assertThat(decode(decoder, hex("82"))).containsExactly(":method: GET");
    assertThat(decoder.tableBytes()).isEqualTo(55);

    HpackEncoder encoder = new HpackEncoder(4096, false);
    encoder.begin();
    encoder.header(":path", "/sample/path", Indexing.SKIP);
    encoder.header("password", "secret", Indexing.NEVER);
    assertThat(Arrays.copyOf(encoder.buffer(), encoder.length()))
        .isEqualTo(
            hex("040c 2f73 616d 706c 652f 7061 7468 1008 7061 7373 776f 7264 0673 6563 7265 74"));
  }

  @Test
  void c3RequestsWithoutHuffman() {
    example(
        4096,
        false,
        new Step("8286 8441 0f77 7777 2e65 7861 6d70 6c65 2e63 6f6d", 57, FIRST),
        new Step("8286 84be 5808 6e6f 2d63 6163 6865", 110, SECOND),
        new Step(
            "8287 85bf 400a 6375 7374 6f6d 2d6b 6579 0c63 7573 746f 6d2d 7661 6c75 65",
            164,
            THIRD));
  }

  @Test
  void c4RequestsWithHuffman() {
    example(
        4096,
        true,
        new Step("8286 8441 8cf1 e3c2 e5f2 3a6b a0ab 90f4 ff", 57, FIRST),
        new Step("8286 84be 5886 a8eb 1064 9cbf", 110, SECOND),
        new Step("8287 85bf 4088 25a8 49e9 5ba9 7d7f 8925 a849 e95b b8e8 b4bf", 164, THIRD));
  }

  @Test
  void c5ResponsesWithoutHuffmanInASmallTable() {
    example(
        256,
        false,
        new Step(
            "4803 3330 3258 0770 7269 7661 7465 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032"
                + " 303a 3133 3a32 3120 474d 546e 1768 7474 7073 3a2f 2f77 7777 2e65 7861 6d70"
                + " 6c65 2e63 6f6d",
            222,
            FIRST_ANSWER),
        new Step("4803 3330 37c1 c0bf", 222, SECOND_ANSWER),
        new Step(
            "88c1 611d 4d6f 6e2c 2032 3120 4f63 7420 3230 3133 2032 303a 3133 3a32 3220 474d 54c0"
                + " 5a04 677a 6970 7738 666f 6f3d 4153 444a 4b48 514b 425a 584f 5157 454f 5049"
                + " 5541 5851 5745 4f49 553b 206d 6178 2d61 6765 3d33 3630 303b 2076 6572 7369"
                + " 6f6e 3d31",
            215,
            THIRD_ANSWER));
  }

  @Test
  void c6ResponsesWithHuffmanInASmallTable() {
    example(
        256,
        true,
        new Step(
            "4882 6402 5885 aec3 771a 4b61 96d0 7abe 9410 54d4 44a8 2005 9504 0b81 66e0 82a6 2d1b"
                + " ff6e 919d 29ad 1718 63c7 8f0b 97c8 e9ae 82ae 43d3",
            222,
            FIRST_ANSWER),
        new Step("4883 640e ffc1 c0bf", 222, SECOND_ANSWER),
        new Step(
            "88c1 6196 d07a be94 1054 d444 a820 0595 040b 8166 e084 a62d 1bff c05a 839b d9ab 77ad"
                + " 94e7 821d d7f2 e6c7 b335 dfdf cd5b 3960 d5af 2708 7f36 72c1 ab27 0fb5 291f"
                + " 9587 3160 65c0 03ed 4ee5 b106 3d50 07",
            215,
            THIRD_ANSWER));
  }

  @Test
  void everyByteThroughHuffman() {
    for (int b = 0; b < 256; b++) {
      String text = String.valueOf((char) b).repeat(3) + "x";
      byte[] bytes = new byte[Huffman.encodedLength(text)];
      assertThat(Huffman.encode(text, bytes, 0)).isEqualTo(bytes.length);
      assertThat(Huffman.decode(bytes, 0, bytes.length)).isEqualTo(text);
    }
  }

  @Property(tries = 300)
  void roundTrip(@ForAll long seed) {
    Random random = new Random(seed);
    HpackEncoder encoder = new HpackEncoder(random.nextInt(600));
    HpackDecoder decoder = new HpackDecoder(4096, MANY);
    for (int block = 0; block < 10; block++) {
      if (random.nextInt(3) == 0) {
        encoder.peerTableSize(random.nextInt(4096));
      }
      encoder.begin();
      List<String> sent = new ArrayList<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        String name =
            random.nextBoolean()
                ? "x-" + random.nextInt(6)
                : StaticTable.name(1 + random.nextInt(61));
        StringBuilder value = new StringBuilder();
        for (int c = random.nextInt(40); c > 0; c--) {
          value.append((char) random.nextInt(random.nextBoolean() ? 128 : 256));
        }
        encoder.header(name, value.toString(), Indexing.values()[random.nextInt(3)]);
        sent.add(name + ": " + value);
      }
      assertThat(decode(decoder, Arrays.copyOf(encoder.buffer(), encoder.length())))
          .isEqualTo(sent);
    }
  }

  @Property(tries = 2000)
  void garbageIsRefusedOrRead(@ForAll byte[] garbage) {
    try {
      decode(new HpackDecoder(4096, MANY), garbage);
    } catch (HpackException _) {
      // that is the only way to fail
    }
  }

  @Test
  void malformedBlocks() {
    for (String block :
        new String[] {
          "80", // index 0
          "be", // beyond the table
          "ff ff ff ff ff 7f", // an endless integer
          "40 0a 63", // cut within a name
          "82 20", // a size update behind a header
          "3f ff ff 03", // a table above the limit
          "40 81 ff 00", // padding of a whole byte
          "40 84 ff ff ff ff 00", // EOS
          "40 81 00 00", // padding with zeros
        }) {
      assertThatThrownBy(() -> decode(new HpackDecoder(4096, MANY), hex(block)))
          .as(block)
          .isInstanceOf(HpackException.class);
    }
  }

  @Test
  void aListBeyondTheLimitIsReadButNotTold() {
    HpackDecoder decoder = new HpackDecoder(4096, 100);
    List<String> told = new ArrayList<>();
    byte[] block = hex("400a 6375 7374 6f6d 2d6b 6579 0d63 7573 746f 6d2d 6865 6164 6572 be be");
    assertThat(decoder.decode(block, 0, block.length, (n, v) -> told.add(n))).isFalse();
    assertThat(told).hasSize(1);
    assertThat(decoder.tableBytes()).isEqualTo(55); // the table has gone on
  }
}
