package io.quorate.e2e;

import io.quorate.e2e.ConformanceCall.Kind;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.regex.Pattern;

/** The calls of design.md section 11: what every gRPC client must see of an edge. */
final class ConformanceSet {
  /** Most bytes of a request, as etcd's default has it. */
  private static final int LIMIT = 2 << 20;

  private static final int UNKNOWN = 2;
  private static final int DEADLINE_EXCEEDED = 4;
  private static final int RESOURCE_EXHAUSTED = 8;
  private static final int UNIMPLEMENTED = 12;
  private static final int DATA_LOSS = 15;
  private static final int CANCELLED = 1;

  private final List<ConformanceCall> calls = new ArrayList<>();

  private ConformanceSet() {}

  static List<ConformanceCall> calls() {
    var set = new ConformanceSet();
    set.messagesOfAllSizes();
    set.limits();
    set.ends();
    set.metadata();
    set.streams();
    set.time();
    return set.calls;
  }

  private ConformanceCall add(String name, Kind kind, String method, Object... requests) {
    return add(new ConformanceCall(name, kind, "/test.Echo/" + method, requests));
  }

  private ConformanceCall add(ConformanceCall call) {
    calls.add(call);
    return call;
  }

  private void messagesOfAllSizes() {
    for (int size : new int[] {0, 1, 100, 16_383, 16_384, 70_000, LIMIT - 1, LIMIT}) {
      add(size + " bytes, at once", Kind.UNARY, "Unary", size).answers(size);
      add(size + " bytes, later", Kind.UNARY, "UnaryElsewhere", size).answers(size);
      add(size + " bytes, gzip", Kind.UNARY, "Unary", size).gzip().answers(size);
      add(size + " bytes, one of three", Kind.BOTH, "Chat", "a", size, "z").answers("a", size, "z");
    }
    add("a text", Kind.UNARY, "Unary", "größer").answers("größer");
    add("20 MB at once", Kind.UNARY, "Big", "20000000").answers(20_000_000);
  }

  private void limits() {
    add("a byte too many", Kind.UNARY, "Unary", LIMIT + 1)
        .endsAhead()
        .ends(
            RESOURCE_EXHAUSTED,
            "grpc: received message larger than max (" + (LIMIT + 1) + " vs. " + LIMIT + ")");
    add("a byte too many on a stream", Kind.BOTH, "Chat", LIMIT + 1)
        .endsAhead()
        .ends(
            RESOURCE_EXHAUSTED,
            "grpc: received message larger than max (" + (LIMIT + 1) + " vs. " + LIMIT + ")");
    add("a byte too many once unpacked", Kind.UNARY, "Unary", LIMIT + 1)
        .gzip()
        .ends(RESOURCE_EXHAUSTED, Pattern.compile("larger than max"));
  }

  private void ends() {
    for (int code = 1; code <= 16; code++) {
      for (String text : List.of("plain", "100% ä\nβ", "")) {
        add("status " + code + " " + text.length(), Kind.UNARY, "Fail", code + " " + text)
            .ends(code, text)
            .trailer("why", "asked")
            .trailer("raw-bin", "AAH/");
      }
    }
    add(new ConformanceCall("no such service", Kind.UNARY, "/test.Nobody/Unary", "x"))
        .endsAhead()
        .ends(UNIMPLEMENTED, "unknown service test.Nobody");
    add("no such method", Kind.UNARY, "Nothing", "x")
        .endsAhead()
        .ends(UNIMPLEMENTED, "unknown method Nothing for service test.Echo");
    add("an error behind a message", Kind.SERVER, "FailLate", "one")
        .answers("one")
        .ends(DATA_LOSS, "after one");
    add("no request where one is due", Kind.BOTH, "Unary").ends(UNKNOWN, "EOF");
  }

  private void metadata() {
    add("metadata of both kinds", Kind.UNARY, "Metadata", "x")
        .metadata("token", "a b, c")
        .metadata("x-bin", "AQID")
        .answers(Pattern.compile("(?s)(?=.*token=a b, c\n)(?=.*x-bin=AQID\n)"));
  }

  private void streams() {
    List<Object> thousand = new ArrayList<>();
    for (int i = 0; i < 1_000; i++) {
      thousand.add(i);
    }
    add(new ConformanceCall("a stream to the server", Kind.CLIENT, "/test.Echo/Join", thousand))
        .answers("1000 499500");
    add("an empty stream to the server", Kind.CLIENT, "Join").answers("0 0");
    add("a stream to the client", Kind.SERVER, "Repeat", "2000 1000")
        .answers(Collections.nCopies(2_000, (Object) 1_000));
    add("a stream of large messages to the client", Kind.SERVER, "Repeat", "20 1000000")
        .answers(Collections.nCopies(20, (Object) 1_000_000));
    add("an empty stream to the client", Kind.SERVER, "Repeat", "0 0");
    List<Object> talk = new ArrayList<>();
    for (int i = 0; i < 500; i++) {
      talk.add("message " + i);
    }
    add(new ConformanceCall("streams both ways", Kind.BOTH, "/test.Echo/Chat", talk)).answers(talk);
    add(new ConformanceCall("streams both ways, gzip", Kind.BOTH, "/test.Echo/Chat", talk))
        .gzip()
        .answers(talk);
    add("empty streams both ways", Kind.BOTH, "Chat");
  }

  private void time() {
    add("a deadline travels", Kind.UNARY, "Deadline", "x")
        .timeoutMillis(100_000)
        .answers(Pattern.compile("^1?\\d{11}$"));
    add("a deadline ends a call", Kind.BOTH, "Hang", "x")
        .timeoutMillis(2_000)
        .endsAhead()
        .answers("x")
        .ends(DEADLINE_EXCEEDED, Pattern.compile(""));
    add("a client cancels", Kind.BOTH, "Hang", "x")
        .cancelAfter(1)
        .answers("x")
        .ends(CANCELLED, Pattern.compile(""));
  }
}
