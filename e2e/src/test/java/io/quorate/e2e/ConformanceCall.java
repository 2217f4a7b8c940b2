package io.quorate.e2e;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * One call of the conformance set, and how it must end. A message is a text, or a number: that many
 * zeros; among the expected ones a {@link java.util.regex.Pattern} may stand for a text.
 */
final class ConformanceCall {
  enum Kind {
    UNARY,
    CLIENT,
    SERVER,
    BOTH
  }

  /** How a call ended with one client. */
  record End(List<Object> messages, int code, String message, Map<String, String> trailers) {}

  final String name;
  final Kind kind;
  final String method;
  final List<Object> requests;
  final Map<String, String> metadata = new TreeMap<>();
  boolean gzip;
  int timeoutMillis;
  int cancelAfter;
  boolean endsAhead;

  List<Object> answers = List.of();
  int code;

  /** Text, pattern, or empty where each client says it in its own words. */
  Object message = "";

  final Map<String, String> trailers = new TreeMap<>();

  ConformanceCall(String name, Kind kind, String method, Object... requests) {
    this(name, kind, method, List.of(requests));
  }

  ConformanceCall(String name, Kind kind, String method, List<Object> requests) {
    this.name = name;
    this.kind = kind;
    this.method = method;
    this.requests = requests;
  }

  /** Names that end with {@code -bin} have their value in base64. */
  ConformanceCall metadata(String metadataName, String value) {
    metadata.put(metadataName, value);
    return this;
  }

  ConformanceCall gzip() {
    gzip = true;
    return this;
  }

  ConformanceCall timeoutMillis(int millis) {
    timeoutMillis = millis;
    return this;
  }

  /** The client cancels once it has that many answers. */
  ConformanceCall cancelAfter(int count) {
    cancelAfter = count;
    return this;
  }

  /** The server may end it, and reset the stream, before the request has ended. */
  ConformanceCall endsAhead() {
    endsAhead = true;
    return this;
  }

  ConformanceCall answers(Object... expected) {
    answers = List.of(expected);
    return this;
  }

  ConformanceCall answers(List<Object> expected) {
    answers = expected;
    return this;
  }

  ConformanceCall ends(int expectedCode, Object expectedMessage) {
    code = expectedCode;
    message = expectedMessage;
    return this;
  }

  ConformanceCall trailer(String trailerName, String value) {
    trailers.put(trailerName, value);
    return this;
  }

  /** What the clients in other languages are told. */
  Map<String, Object> asJson() {
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("kind", kind.name().toLowerCase(Locale.ROOT));
    json.put("method", method);
    json.put("requests", requests);
    json.put("gzip", gzip);
    json.put("timeoutMillis", timeoutMillis);
    json.put("metadata", metadata);
    json.put("cancelAfter", cancelAfter);
    return json;
  }

  static byte[] bytes(Object message) {
    return message instanceof Integer size ? new byte[size] : message.toString().getBytes(UTF_8);
  }

  static Object message(byte[] answer) {
    for (byte b : answer) {
      if (b != 0) {
        return new String(answer, UTF_8);
      }
    }
    return answer.length;
  }

  static List<Object> messages(List<byte[]> answers) {
    List<Object> all = new ArrayList<>();
    answers.forEach(answer -> all.add(message(answer)));
    return all;
  }

  @Override
  public String toString() {
    return name;
  }
}
