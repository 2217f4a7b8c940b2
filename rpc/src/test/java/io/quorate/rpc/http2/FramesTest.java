package io.quorate.rpc.http2;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;

/** Every type of frame, written, cut at every byte, read; and what is no frame. */
class FramesTest {
  /** Writes down what it hears. */
  private static final class Log implements FrameHandler {
    final List<String> lines = new ArrayList<>();

    private static String hex(byte[] bytes, int offset, int length) {
      return HexFormat.of().formatHex(bytes, offset, offset + length);
    }

    @Override
    public void data(int id, boolean end, byte[] bytes, int offset, int length, int flow) {
      lines.add("DATA " + id + (end ? " end " : " ") + hex(bytes, offset, length) + " " + flow);
    }

    @Override
    public void headers(int id, boolean end, boolean whole, byte[] bytes, int offset, int length) {
      lines.add(
          "HEADERS "
              + id
              + (end ? " end" : "")
              + (whole ? " whole " : " ")
              + hex(bytes, offset, length));
    }

    @Override
    public void continuation(int id, boolean whole, byte[] bytes, int offset, int length) {
      lines.add("CONTINUATION " + id + (whole ? " whole " : " ") + hex(bytes, offset, length));
    }

    @Override
    public void resetStream(int id, int errorCode) {
      lines.add("RST_STREAM " + id + " " + ErrorCode.name(errorCode));
    }

    @Override
    public void setting(int id, int value) {
      lines.add("setting " + id + "=" + value);
    }

    @Override
    public void settingsEnd() {
      lines.add("SETTINGS");
    }

    @Override
    public void settingsAck() {
      lines.add("SETTINGS ack");
    }

    @Override
    public void pushPromise(
        int id, int promised, boolean whole, byte[] bytes, int offset, int length) {
      lines.add(
          "PUSH_PROMISE "
              + id
              + " "
              + promised
              + (whole ? " whole " : " ")
              + hex(bytes, offset, length));
    }

    @Override
    public void ping(boolean ack, long opaque) {
      lines.add("PING " + (ack ? "ack " : "") + Long.toHexString(opaque));
    }

    @Override
    public void goAway(int last, int errorCode, byte[] bytes, int offset, int length) {
      lines.add(
          "GOAWAY " + last + " " + ErrorCode.name(errorCode) + " " + hex(bytes, offset, length));
    }

    @Override
    public void windowUpdate(int id, int increment) {
      lines.add("WINDOW_UPDATE " + id + " " + increment);
    }
  }

  private static List<String> read(byte[] bytes, int... cuts) {
    FrameReader reader = new FrameReader(Frames.DEFAULT_MAX_PAYLOAD);
    Log log = new Log();
    int position = 0;
    for (int i = 0; i <= cuts.length; i++) {
      int end = i < cuts.length ? cuts[i] : bytes.length;
      while (position < end) {
        byte[] buffer = reader.buffer();
        int count = Math.min(end - position, buffer.length - reader.writePosition());
        System.arraycopy(bytes, position, buffer, reader.writePosition(), count);
        reader.filled(count);
        position += count;
        while (reader.next(log)) {
          // all that is complete
        }
      }
    }
    return log.lines;
  }

  private static byte[] hex(String text) {
    return HexFormat.of().parseHex(text.replace(" ", ""));
  }

  private static FrameWriter everyType() {
    FrameWriter out = new FrameWriter();
    out.settings(Frames.SETTING_INITIAL_WINDOW_SIZE, 65535, Frames.SETTING_ENABLE_PUSH, 0);
    out.settingsAck();
    out.headers(1, false, hex("828684"), 3, 16384);
    out.headers(3, true, hex("8286848788"), 5, 2);
    out.data(1, false, hex("0001"), 0, 2);
    out.data(1, true, new byte[0], 0, 0);
    out.priority(5, 3, true, 256);
    out.resetStream(3, ErrorCode.CANCEL);
    out.pushPromise(1, 2, hex("8286"), 2, 5);
    out.ping(false, 0x0102030405060708L);
    out.ping(true, -1);
    out.goAway(7, ErrorCode.ENHANCE_YOUR_CALM, "too_many_pings".getBytes());
    out.windowUpdate(0, 1 << 30);
    out.windowUpdate(9, 1);
    return out;
  }

  private static final List<String> EVERY_TYPE =
      List.of(
          "setting 4=65535",
          "setting 2=0",
          "SETTINGS",
          "SETTINGS ack",
          "HEADERS 1 whole 828684",
          "HEADERS 3 end 8286",
          "CONTINUATION 3 8487",
          "CONTINUATION 3 whole 88",
          "DATA 1 0001 2",
          "DATA 1 end  0",
          "RST_STREAM 3 CANCEL",
          "PUSH_PROMISE 1 2 82",
          "CONTINUATION 1 whole 86",
          "PING 102030405060708",
          "PING ack ffffffffffffffff",
          "GOAWAY 7 ENHANCE_YOUR_CALM 746f6f5f6d616e795f70696e6773",
          "WINDOW_UPDATE 0 1073741824",
          "WINDOW_UPDATE 9 1");

  @Test
  void theBytesOfEveryType() {
    FrameWriter out = everyType();
    assertThat(Arrays.copyOf(out.buffer(), out.length()))
        .isEqualTo(
            hex(
                "00000c 04 00 00000000 0004 0000ffff 0002 00000000"
                    + "000000 04 01 00000000"
                    + "000003 01 04 00000001 828684"
                    + "000002 01 01 00000003 8286"
                    + "000002 09 00 00000003 8487"
                    + "000001 09 04 00000003 88"
                    + "000002 00 00 00000001 0001"
                    + "000000 00 01 00000001"
                    + "000005 02 00 00000005 80000003 ff"
                    + "000004 03 00 00000003 00000008"
                    + "000005 05 00 00000001 00000002 82"
                    + "000001 09 04 00000001 86"
                    + "000008 06 00 00000000 0102030405060708"
                    + "000008 06 01 00000000 ffffffffffffffff"
                    + "000016 07 00 00000000 00000007 0000000b 746f6f5f6d616e795f70696e6773"
                    + "000004 08 00 00000000 40000000"
                    + "000004 08 00 00000009 00000001"));
  }

  @Test
  void cutAtEveryByte() {
    FrameWriter out = everyType();
    byte[] bytes = Arrays.copyOf(out.buffer(), out.length());
    for (int cut = 0; cut <= bytes.length; cut++) {
      assertThat(read(bytes, cut)).as("cut at %d", cut).isEqualTo(EVERY_TYPE);
    }
    int[] everywhere = new int[bytes.length];
    Arrays.setAll(everywhere, i -> i);
    assertThat(read(bytes, everywhere)).isEqualTo(EVERY_TYPE);
  }

  @Property(tries = 200)
  void largeFramesInRandomPieces(@ForAll long seed) {
    Random random = new Random(seed);
    FrameWriter out = new FrameWriter();
    List<String> expected = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      byte[] payload = new byte[random.nextInt(3) == 0 ? 16384 : random.nextInt(2000)];
      random.nextBytes(payload);
      out.data(1, false, payload, 0, payload.length);
      expected.add("DATA 1 " + HexFormat.of().formatHex(payload) + " " + payload.length);
    }
    int[] cuts = random.ints(20, 0, out.length()).sorted().toArray();
    assertThat(read(Arrays.copyOf(out.buffer(), out.length()), cuts)).isEqualTo(expected);
  }

  @Test
  void paddingAndPriorityAreTakenOff() {
    assertThat(read(hex("000006 00 09 00000001 03 aabb 000000")))
        .containsExactly("DATA 1 end aabb 6");
    assertThat(read(hex("000009 01 2c 00000001 01 80000000 10 8286 00")))
        .containsExactly("HEADERS 1 whole 8286");
    assertThat(read(hex("000003 7f ff 80000001 010203"))).isEmpty(); // unknown type
  }

  @Test
  void whatBreaksTheFormat() {
    for (String[] row :
        new String[][] {
          {"004001 00 00 00000001", "FRAME_SIZE_ERROR"},
          {"000001 00 00 00000000 00", "PROTOCOL_ERROR"}, // DATA on stream 0
          {"000001 00 08 00000001 01", "PROTOCOL_ERROR"}, // padding longer than the frame
          {"000000 00 08 00000001", "FRAME_SIZE_ERROR"}, // padded, without a length
          {"000000 01 04 00000000", "PROTOCOL_ERROR"},
          {"000002 01 24 00000001 0000", "FRAME_SIZE_ERROR"}, // no room for the priority
          {"000004 02 00 00000001 00000000", "FRAME_SIZE_ERROR"},
          {"000003 03 00 00000001 000000", "FRAME_SIZE_ERROR"},
          {"000004 03 00 00000000 00000000", "PROTOCOL_ERROR"},
          {"000005 04 00 00000000 0000000000", "FRAME_SIZE_ERROR"},
          {"000006 04 01 00000000 000100000000", "FRAME_SIZE_ERROR"}, // an ACK with content
          {"000006 04 00 00000001 000100000000", "PROTOCOL_ERROR"},
          {"000006 04 00 00000000 000200000002", "PROTOCOL_ERROR"},
          {"000006 04 00 00000000 000480000000", "FLOW_CONTROL_ERROR"},
          {"000006 04 00 00000000 000500003fff", "PROTOCOL_ERROR"},
          {"000007 06 00 00000000 00000000000000", "FRAME_SIZE_ERROR"},
          {"000008 06 00 00000001 0000000000000000", "PROTOCOL_ERROR"},
          {"000004 07 00 00000000 00000000", "FRAME_SIZE_ERROR"},
          {"000004 08 00 00000000 00000000", "PROTOCOL_ERROR"}, // by nothing
          {"000001 09 04 00000001 82", "PROTOCOL_ERROR"}, // a continuation of nothing
          {"000001 01 00 00000001 82 000001 01 04 00000001 82", "PROTOCOL_ERROR"},
          {"000001 01 00 00000001 82 000001 09 04 00000003 82", "PROTOCOL_ERROR"},
        }) {
      assertThatThrownBy(() -> read(hex(row[0])))
          .as(row[0])
          .isInstanceOfSatisfying(
              Http2Exception.class,
              e -> assertThat(ErrorCode.name(e.errorCode())).as(row[0]).isEqualTo(row[1]));
    }
  }

  @Property(tries = 2000)
  void garbageIsRefusedOrRead(@ForAll byte[] garbage) {
    try {
      read(garbage);
    } catch (Http2Exception _) {
      // that is the only way to fail
    }
  }
}
