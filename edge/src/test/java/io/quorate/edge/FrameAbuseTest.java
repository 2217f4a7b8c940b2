package io.quorate.edge;

import static io.quorate.edge.RawHttp2.ACK;
import static io.quorate.edge.RawHttp2.CONTINUATION;
import static io.quorate.edge.RawHttp2.DATA;
import static io.quorate.edge.RawHttp2.END_HEADERS;
import static io.quorate.edge.RawHttp2.END_STREAM;
import static io.quorate.edge.RawHttp2.GOAWAY;
import static io.quorate.edge.RawHttp2.HEADERS;
import static io.quorate.edge.RawHttp2.PING;
import static io.quorate.edge.RawHttp2.RST_STREAM;
import static io.quorate.edge.RawHttp2.SETTINGS;
import static io.quorate.edge.RawHttp2.WINDOW_UPDATE;
import static io.quorate.edge.RawHttp2.grpc;
import static io.quorate.edge.RawHttp2.message;
import static io.quorate.edge.RawHttp2.request;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.codec.http2.Http2Error;
import io.netty.handler.codec.http2.Http2Headers;
import io.netty.util.ResourceLeakDetector;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Frames that no honest client sends; after each the server serves on. */
@Timeout(120)
class FrameAbuseTest {
  private final TestEdge edge =
      TestEdge.start(serving ->
          serving.limits(
              Limits.DEFAULT.withMaxResetsPerSecond(100).withMaxHeaderListBytes(16 * 1024)));

  @AfterEach
  void othersAreServedOn() {
    try (var client = JavaClient.plain(edge.port())) {
      assertThat(client.unary("test.Echo/Unary", new byte[10])).hasSize(10);
    }
    Eventually.holds(() -> edge.listener.connections() == 0);
    edge.close();
  }

  @Test
  void aPrefaceThatGoesWrongIsNotAnswered() throws Exception {
    try (var raw = new RawHttp2(edge.port())) {
      raw.write("PRI * HTTP/2.0\r\n\r\nXX\r\n\r\n".getBytes(StandardCharsets.US_ASCII));
      assertThat(raw.awaitClose()).isTrue();
    }
  }

  @Test
  void garbageIsCutOff() throws Exception {
    byte[] garbage = new byte[4096];
    new Random(7).nextBytes(garbage);
    garbage[0] = 0x16;
    try (var raw = new RawHttp2(edge.port())) {
      raw.write(garbage);
      assertThat(raw.awaitClose()).isTrue();
    }
  }

  @Test
  void garbageBehindThePrefaceIsCutOff() throws Exception {
    byte[] garbage = new byte[4096];
    new Random(8).nextBytes(garbage);
    try (var raw = RawHttp2.open(edge.port())) {
      raw.write(garbage);
      assertThat(raw.await(frame -> frame.type() == GOAWAY)).isNotNull();
    }
  }

  @Test
  void aConnectionThatSaysNothingIsClosed() throws Exception {
    Limits quick =
        Limits.DEFAULT.withTimes(Duration.ofSeconds(10), Duration.ofSeconds(1), Duration.ofDays(1));
    try (var impatient = TestEdge.start(serving -> serving.limits(quick));
        var raw = new RawHttp2(impatient.port())) {
      assertThat(raw.awaitClose()).isTrue();
    }
  }

  @Test
  void aPrefaceByteByByteIsOne() throws Exception {
    try (var raw = new RawHttp2(edge.port())) {
      for (byte b : "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n".getBytes(StandardCharsets.US_ASCII)) {
        raw.write(new byte[] {b});
      }
      raw.frame(SETTINGS, 0, 0);
      assertThat(raw.await(SETTINGS)).isNotNull();
    }
  }

  @Test
  void messagesMayBeCutAnywhere() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Join"));
      byte[] two =
          ByteBuffer.allocate(5 + 3 + 5 + 0 + 5 + 1)
              .put(message(0, 3, (byte) 1, (byte) 2, (byte) 3))
              .put(message(0, 0))
              .put(message(0, 1, (byte) 9))
              .array();
      for (byte b : two) {
        raw.frame(DATA, 0, 1, b);
      }
      raw.frame(DATA, END_STREAM, 1);
      assertThat(raw.awaitHeaders(1).status()).hasToString("200");
      assertThat(new String(raw.await(DATA).payload(), 5, 3)).isEqualTo("3 4");
      assertThat(raw.awaitTrailers(1).get("grpc-status")).hasToString("0");
    }
  }

  @Test
  void aMessageShorterThanItSaysIsAnUnexpectedEnd() throws Exception {
    byte[] cutOff = message(0, 100, (byte) 1);
    assertThat(failure("/test.Echo/Unary", cutOff)).isEqualTo("2 unexpected EOF");
    assertThat(failure("/test.Echo/Repeat", cutOff)).isEqualTo("13 unexpected EOF");
    assertThat(failure("/test.Echo/Join", cutOff)).isEqualTo("13 unexpected EOF");
  }

  @Test
  void aPrefixThatIsCutOffIsNoMessage() throws Exception {
    byte[] cutOff = {0, 0, 0};
    assertThat(failure("/test.Echo/Unary", cutOff)).isEqualTo("2 EOF");
    assertThat(failure("/test.Echo/Repeat", cutOff))
        .isEqualTo(
            "13 cardinality violation: received no request message from non-client-streaming RPC");
    assertThat(failure("/test.Echo/Join", cutOff)).startsWith("0 ");
  }

  @Test
  void aLengthBeyondTheLimitIsRefusedBeforeItsBytes() throws Exception {
    assertThat(failure("/test.Echo/Unary", message(0, -1, (byte) 1)))
        .isEqualTo("8 grpc: received message larger than max (4294967295 vs. 2097152)");
  }

  /** Each answer resets its stream, and no number of those that is usual ends the connection. */
  @Test
  void manyTooLargeMessagesAreEachRefused() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      for (int id = 1; id < 2 * 500; id += 2) {
        raw.frame(HEADERS, END_HEADERS, id, grpc("/test.Echo/Unary"));
        raw.frame(DATA, 0, id, message(0, -1, (byte) 1));
        assertThat(raw.awaitTrailers(id).get("grpc-status")).hasToString("8");
        assertThat(raw.await(RST_STREAM).errorCode()).isZero();
        raw.frame(DATA, 0, id, new byte[100]);
      }
      raw.frame(PING, 0, 0, new byte[8]);
      RawHttp2.Frame next = raw.await(frame -> frame.type() == RST_STREAM || frame.type() == PING);
      assertThat(next.type()).as("what comes late is not answered").isEqualTo(PING);
    }
  }

  static Stream<Arguments> whatIsRefused() {
    byte[] request = message(0, 7, bytes("9 99999")); // not answered at once
    byte[] twoRequests = ByteBuffer.allocate(24).put(request).put(request).array();
    return Stream.of(
        Arguments.of("/test.Echo/Unary", message(0, -1, (byte) 1), "8"),
        Arguments.of("/test.Echo/Unary", message(1, 1, (byte) 1), "13"),
        Arguments.of("/test.Echo/Unary", message(2, 1, (byte) 1), "13"),
        Arguments.of("/test.Echo/Repeat", twoRequests, "13"));
  }

  /**
   * Where the answer to another call waits for the loop's next turn, so does the refusal; the loop
   * must come to it.
   */
  @ParameterizedTest
  @MethodSource("whatIsRefused")
  void aRefusalBehindAnotherAnswerHoldsNothingUp(String method, byte[] data, String status)
      throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/UnaryLater"));
      raw.frame(HEADERS, END_HEADERS, 3, grpc(method));
      raw.frame(WINDOW_UPDATE, 0, 0, ByteBuffer.allocate(4).putInt(1 << 20).array());
      raw.frame(WINDOW_UPDATE, 0, 3, ByteBuffer.allocate(4).putInt(1 << 20).array());
      byte[] first = RawHttp2.bytes(DATA, END_STREAM, 1, message(0, 1, (byte) 7));
      byte[] second = RawHttp2.bytes(DATA, 0, 3, data);
      raw.write(ByteBuffer.allocate(first.length + second.length).put(first).put(second).array());
      assertThat(raw.awaitStatuses(2)).isEqualTo(Map.of(1, "0", 3, status));
    }
  }

  /** So that it gives back what it holds for the call. */
  @ParameterizedTest
  @ValueSource(ints = {0, END_STREAM})
  void theHandlerHearsOfARefusal(int end) throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Chat"));
      raw.frame(DATA, 0, 1, message(0, 1, (byte) 7));
      raw.await(DATA);
      // Too much, or less than was said.
      raw.frame(DATA, end, 1, message(0, end == 0 ? -1 : 100, (byte) 7));
      assertThat(raw.awaitTrailers(1).get("grpc-status")).hasToString(end == 0 ? "8" : "13");
      Eventually.holds(() -> edge.services.cancelled.size() == 1);
    }
  }

  static Stream<Arguments> whatIsNoRequest() {
    String path = "/test.Echo/Unary";
    return Stream.of(
        Arguments.of("a line break", request(path, "x", "a\nb")),
        Arguments.of("a NUL", request(path, "x", "a\0b")),
        Arguments.of("upper case", request(path, "X-Foo", "a")),
        Arguments.of("no name", request(path, "", "a")),
        Arguments.of("a late pseudo-header", request(path, ":path", "/test.Echo/Unary")),
        Arguments.of("an unknown pseudo-header", RawHttp2.block(":foo", "a")),
        Arguments.of("a header of HTTP/1", request(path, "connection", "keep-alive")));
  }

  /** The others on the connection know nothing of it, whatever came behind those headers. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("whatIsNoRequest")
  void headersThatAreNoneEndTheirStreamOnly(String what, byte[] headers) throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Chat"));
      raw.frame(HEADERS, END_HEADERS, 5, headers);
      aRestOfAllKinds(raw, 5);
      RawHttp2.Frame reset = raw.await(frame -> frame.type() == RST_STREAM);
      assertThat(reset.stream()).isEqualTo(5);
      assertThat(reset.errorCode()).isEqualTo((int) Http2Error.PROTOCOL_ERROR.code());
      theFirstIsServedOn(raw);
      raw.frame(HEADERS, END_HEADERS, 7, grpc("/test.Echo/Unary"));
      raw.frame(DATA, END_STREAM, 7, message(0, 1, (byte) 1));
      assertThat(raw.awaitTrailers(7).get("grpc-status")).hasToString("0");
    }
  }

  @Test
  void oneStreamTooManyIsRefusedAndNoOtherOne() throws Exception {
    Limits one = Limits.DEFAULT.withMaxConcurrentStreams(1);
    try (var narrow = TestEdge.start(serving -> serving.limits(one));
        var raw = RawHttp2.open(narrow.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Chat"));
      for (int id = 3; id < 9; id += 2) {
        raw.frame(HEADERS, END_HEADERS, id, grpc("/test.Echo/Unary"));
        aRestOfAllKinds(raw, id);
        RawHttp2.Frame reset = raw.await(frame -> frame.type() == RST_STREAM);
        assertThat(reset.stream()).isEqualTo(id);
        assertThat(reset.errorCode()).isEqualTo((int) Http2Error.REFUSED_STREAM.code());
      }
      theFirstIsServedOn(raw);
      raw.frame(DATA, END_STREAM, 1);
      assertThat(raw.awaitTrailers(1).get("grpc-status")).hasToString("0");
      raw.frame(HEADERS, END_HEADERS, 9, grpc("/test.Echo/Unary"));
      raw.frame(DATA, END_STREAM, 9, message(0, 1, (byte) 1));
      assertThat(raw.awaitTrailers(9).get("grpc-status")).hasToString("0");
    }
  }

  /** What a refused stream had sent holds nothing of the connection's window. */
  @Test
  void theBytesOfARefusedStreamAreCredited() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, request("/test.Echo/Unary", "x", "a\nb"));
      byte[] piece = new byte[16_384];
      for (int i = 0; i < 6 * 64; i++) { // more than the window of 4 MiB
        raw.frame(DATA, 0, 1, piece);
      }
      raw.settle();
    }
  }

  /** As a client sends it that has not heard of the reset. */
  private static void aRestOfAllKinds(RawHttp2 raw, int id) throws IOException {
    raw.frame(DATA, 0, id, message(0, 1, (byte) 1));
    raw.frame(WINDOW_UPDATE, 0, id, ByteBuffer.allocate(4).putInt(1 << 20).array());
    raw.frame(HEADERS, END_HEADERS | END_STREAM, id, RawHttp2.block("last", "words"));
    raw.frame(RST_STREAM, 0, id, new byte[] {0, 0, 0, 8});
  }

  private static void theFirstIsServedOn(RawHttp2 raw) throws Exception {
    raw.frame(DATA, 0, 1, message(0, 1, (byte) 7));
    assertThat(raw.awaitHeaders(1).status()).hasToString("200");
    assertThat(raw.await(DATA).payload()).isEqualTo(message(0, 1, (byte) 7));
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void aCompressedMessageNeedsAnEncoding() throws Exception {
    assertThat(failure("/test.Echo/Unary", message(1, 1, (byte) 1)))
        .isEqualTo("13 grpc: compressed flag set with identity or empty encoding");
  }

  @Test
  void aMessageFlagOfTwoIsNone() throws Exception {
    assertThat(failure("/test.Echo/Unary", message(2, 1, (byte) 1)))
        .isEqualTo("13 grpc: received unexpected payload format 2");
  }

  @Test
  void callsOfOneRequestGetOne() throws Exception {
    assertThat(failure("/test.Echo/Unary", new byte[0])).isEqualTo("2 EOF");
    assertThat(failure("/test.Echo/Repeat", new byte[0]))
        .isEqualTo(
            "13 cardinality violation: received no request message from non-client-streaming RPC");
    byte[] one = message(0, 3, (byte) '1', (byte) ' ', (byte) '1');
    byte[] two = ByteBuffer.allocate(2 * one.length).put(one).put(one).array();
    assertThat(failure("/test.Echo/Unary", two)).startsWith("0 ");
  }

  private String failure(String path, byte[] body) throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc(path));
      raw.frame(DATA, END_STREAM, 1, body);
      Http2Headers trailers = raw.awaitTrailers(1);
      return trailers.get("grpc-status") + " " + trailers.get("grpc-message");
    }
  }

  @Test
  void whatIsNoGrpcRequestIsToldSo() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(
          HEADERS,
          END_HEADERS | END_STREAM,
          1,
          request("/test.Echo/Unary", "content-type", "application/json"));
      Http2Headers answer = raw.awaitTrailers(1);
      assertThat(answer.status()).hasToString("415");
      assertThat(answer.get("grpc-message"))
          .hasToString("invalid gRPC request content-type \"application/json\"");
      raw.frame(
          HEADERS,
          END_HEADERS | END_STREAM,
          3,
          request(
              "/test.Echo/Unary", "content-type", "application/grpc", "grpc-encoding", "snappy"));
      answer = raw.awaitTrailers(3);
      assertThat(answer.get("grpc-status")).hasToString("12");
      assertThat(answer.get("grpc-message"))
          .hasToString("grpc: Decompressor is not installed for grpc-encoding \"snappy\"");
      raw.frame(
          HEADERS,
          END_HEADERS | END_STREAM,
          7,
          request("nothing", "content-type", "application/grpc+proto"));
      answer = raw.awaitTrailers(7);
      assertThat(answer.get("content-type")).hasToString("application/grpc+proto");
      assertThat(answer.get("grpc-message")).hasToString("malformed method name: \"nothing\"");
    }
  }

  static Stream<Arguments> headsThatAreRefused() {
    return Stream.of(
        Arguments.of(
            head("content-type", "Application/Grpc"),
            "415 3 invalid gRPC request content-type \"Application/Grpc\""),
        Arguments.of(head(), "415 3 invalid gRPC request content-type \"\""),
        Arguments.of(
            List.of(":path", "/test.Echo/Unary", "content-type", "application/grpc"),
            "405 13 Received a HEADERS frame with :method \"\" which should be POST"),
        Arguments.of(
            List.of(":method", "POST", "content-type", "application/grpc"),
            "200 12 malformed method name: \"\""),
        Arguments.of(
            head("host", "a", "host", "b"),
            "400 13 num values of :authority: 0, num values of host: 2, both must only have 1 value"
                + " as per HTTP/2 spec"),
        timeout("1", "transport: timeout string is too short: \"1\""),
        timeout("123456789S", "transport: timeout string is too long: \"123456789S\""),
        timeout("1s", "transport: timeout unit is not recognized: \"1s\""),
        timeout("-1S", "strconv.ParseUint: parsing \"-1\": invalid syntax"),
        Arguments.of(
            head("content-type", "text/plain", "grpc-timeout", "1"),
            "415 3 invalid gRPC request content-type \"text/plain\""),
        binary("A", 0),
        binary("AA=A", 2),
        binary("A===", 1),
        binary("AA=", 2),
        binary("AAAAA", 4),
        binary("AAA=AAAA", 4),
        binary("AAAA====", 4),
        binary("A-_A", 1));
  }

  private static Arguments timeout(String value, String fault) {
    return Arguments.of(
        head("content-type", "application/grpc", "grpc-timeout", value),
        "400 13 malformed grpc-timeout: " + fault);
  }

  private static Arguments binary(String value, int illegal) {
    return Arguments.of(
        head("content-type", "application/grpc", "x-bin", value),
        "400 13 malformed binary metadata \""
            + value
            + "\" in header \"x-bin\": illegal base64 data at input byte "
            + illegal);
  }

  private static List<String> head(String... more) {
    List<String> fields = new ArrayList<>(List.of(":method", "POST", ":path", "/test.Echo/Unary"));
    fields.addAll(List.of(more));
    return fields;
  }

  /** As etcd 3.6.14 answered each of them. */
  @ParameterizedTest(name = "{0}")
  @MethodSource("headsThatAreRefused")
  void aCallIsRefusedForItsHeadersInGosWords(List<String> head, String answer) throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS | END_STREAM, 1, RawHttp2.block(head.toArray(String[]::new)));
      Http2Headers trailers = raw.awaitTrailers(1);
      assertThat(
              trailers.status()
                  + " "
                  + trailers.get("grpc-status")
                  + " "
                  + trailers.get("grpc-message"))
          .isEqualTo(answer);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "AA, application/grpc, application/grpc",
    "AA==, application/grpc;, application/grpc",
    "AAA, application/grpc;x=1, application/grpc+x=1",
    "+/+/, application/grpc+Proto, application/grpc+Proto"
  })
  void aCallIsServedWhoseHeadersAreUnusual(String binary, String type, String answered)
      throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      byte[] head =
          request("/test.Echo/Unary", "content-type", type, "x-bin", binary, "host", "one");
      raw.frame(HEADERS, END_HEADERS, 1, head);
      raw.frame(DATA, END_STREAM, 1, message(0, 1, (byte) 1));
      assertThat(raw.awaitHeaders(1).get("content-type")).hasToString(answered);
      assertThat(raw.awaitTrailers(1).get("grpc-status")).hasToString("0");
    }
  }

  @Test
  void aFloodOfContinuationsIsCutOff() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, 0, 1, grpc("/test.Echo/Unary"));
      flood(raw, 100_000, RawHttp2.bytes(CONTINUATION, 0, 1));
      RawHttp2.Frame goaway = raw.await(frame -> frame.type() == GOAWAY);
      if (goaway != null) { // a reset by the kernel may have overtaken it
        assertThat(goaway.errorCode()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
      }
    }
  }

  @Test
  void aHeaderListBeyondTheLimitIsRefused() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, 0, 1, grpc("/test.Echo/Unary"));
      byte[] big = RawHttp2.block("x-big", "a".repeat(10_000));
      raw.frame(CONTINUATION, 0, 1, big);
      raw.frame(CONTINUATION, END_HEADERS, 1, big);
      RawHttp2.Frame answer =
          raw.await(frame ->
              frame.type() == GOAWAY || frame.type() == RST_STREAM || frame.type() == HEADERS);
      assertThat(answer).isNotNull();
    }
  }

  @Test
  void rapidResetsAreCutOff() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      for (int i = 0; i < 2_000; i++) {
        byte[] both =
            ByteBuffer.allocate(500)
                .put(RawHttp2.bytes(HEADERS, END_HEADERS, 2 * i + 1, grpc("/test.Echo/Hang")))
                .put(RawHttp2.bytes(RST_STREAM, 0, 2 * i + 1, new byte[] {0, 0, 0, 8}))
                .array();
        int length = RawHttp2.bytes(HEADERS, 0, 0, grpc("/test.Echo/Hang")).length + 13;
        try {
          raw.write(Arrays.copyOf(both, length));
        } catch (SocketException e) {
          break;
        }
      }
      RawHttp2.Frame goaway = raw.await(frame -> frame.type() == GOAWAY);
      if (goaway != null) { // a reset by the kernel may have overtaken it
        assertThat(goaway.errorCode()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
      }
    }
    assertThat(edge.services.cancelled.size()).isLessThanOrEqualTo(1_001);
  }

  @Test
  void tooManyPingsEndTheConnectionInGosWords() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      for (int i = 0; i < 4; i++) {
        raw.frame(PING, 0, 0, new byte[8]);
      }
      RawHttp2.Frame goaway = raw.await(GOAWAY);
      assertThat(goaway.errorCode()).isEqualTo((int) Http2Error.ENHANCE_YOUR_CALM.code());
      assertThat(goaway.debug()).isEqualTo("too_many_pings");
      assertThat(raw.awaitClose()).isTrue();
    }
  }

  @Test
  void aFloodOfSettingsThatNobodyReadsTheAnswersOfIsCutOff() throws Exception {
    // Watching each of a million small buffers would take half a minute.
    ResourceLeakDetector.Level level = ResourceLeakDetector.getLevel();
    ResourceLeakDetector.setLevel(ResourceLeakDetector.Level.SIMPLE);
    try (var raw = RawHttp2.open(edge.port(), 4_096)) {
      assertThat(flood(raw, 3_000_000, RawHttp2.bytes(SETTINGS, 0, 0))).isFalse();
    } finally {
      ResourceLeakDetector.setLevel(level);
    }
  }

  /** Whether the server took all of them. */
  private static boolean flood(RawHttp2 raw, int count, byte[] frame) throws IOException {
    byte[] many = new byte[frame.length * 1_000];
    for (int i = 0; i < 1_000; i++) {
      System.arraycopy(frame, 0, many, i * frame.length, frame.length);
    }
    try {
      for (int i = 0; i < count; i += 1_000) {
        raw.write(many);
      }
    } catch (SocketException e) {
      return false;
    }
    return true;
  }

  @Test
  void aWindowBeyondItsMaximumIsAnError() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(WINDOW_UPDATE, 0, 0, new byte[] {0x7f, -1, -1, -1});
      assertThat(raw.await(GOAWAY).errorCode())
          .isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
    }
  }

  @Test
  void dataBeyondTheWindowIsAnError() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Unread"));
      raw.frame(DATA, 0, 1, message(0, 1, (byte) 1));
      byte[] piece = new byte[16_384];
      RawHttp2.Frame error = null;
      try {
        for (int i = 0; i < 40; i++) {
          raw.frame(DATA, 0, 1, piece);
        }
      } catch (SocketException e) {
        assertThat(e).isNotNull();
      }
      error = raw.await(frame -> frame.type() == GOAWAY || frame.type() == RST_STREAM);
      assertThat(error).isNotNull();
      assertThat(error.errorCode()).isEqualTo((int) Http2Error.FLOW_CONTROL_ERROR.code());
    }
  }

  @Test
  void framesWhereTheyDoNotBelongEndTheConnection() throws Exception {
    byte[][] wrong = {
      RawHttp2.bytes(DATA, 0, 0, (byte) 1),
      RawHttp2.bytes(HEADERS, END_HEADERS, 2, grpc("/test.Echo/Unary")),
      RawHttp2.bytes(SETTINGS, ACK, 0, (byte) 1),
      RawHttp2.bytes(PING, 0, 0, (byte) 1),
      RawHttp2.bytes(DATA, 0, 1, new byte[20_000]),
      RawHttp2.bytes(HEADERS, END_HEADERS, 1, new byte[] {(byte) 0xff, -1, -1, -1, -1, -1}),
    };
    for (byte[] bytes : wrong) {
      try (var raw = RawHttp2.open(edge.port())) {
        raw.write(bytes);
        assertThat(raw.await(GOAWAY).errorCode()).isNotZero();
      }
    }
  }

  @Test
  void aHalfClosedSocketEndsItsCalls() throws Exception {
    try (var raw = RawHttp2.open(edge.port())) {
      raw.frame(HEADERS, END_HEADERS, 1, grpc("/test.Echo/Hang"));
      raw.frame(DATA, 0, 1, message(0, 1, (byte) 1));
      raw.await(DATA);
      raw.socket.shutdownOutput();
      assertThat(raw.awaitClose()).isTrue();
    }
    Eventually.holds(() -> edge.services.cancelled.size() == 1);
  }

  @Test
  void connectionsThatComeAndGoLeaveNothing() throws Exception {
    for (int i = 0; i < 50; i++) {
      new Socket("127.0.0.1", edge.port()).close();
    }
  }
}
