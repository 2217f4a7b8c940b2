package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Endpoint × method × parameter, byte for byte as the original answers (spec/server.md 3.3, 4.2,
 * 4.3; spec/api.md 17): status line, headers in any order but for the date, body.
 */
class HttpFaceTest {
  private static final List<String> TARGETS =
      """
      GET /health
      HEAD /health
      POST /health
      GET /health?serializable=true
      GET /health?serializable=false
      GET /health?serializable
      GET /health?exclude=NOSPACE
      GET /health?exclude=X
      GET /health/
      GET //health
      HEAD //health
      POST //health
      GET /health/../version
      GET /h%65alth
      GET /%zz
      GET *
      OPTIONS *
      OPTIONS /health
      OPTIONS /nothing
      get /health
      BREW /health
      CONNECT /health
      GET http://other.example/health
      GET /livez
      GET /livez?verbose
      GET /livez?verbose=0
      GET /livez?verbose;x
      GET /livez?exclude=serializable_read
      GET /livez?exclude=serializable_read&verbose
      GET /livez?exclude=nothing&verbose
      GET /livez/
      GET /livez/serializable_read
      GET /livez/serializable_read?verbose
      GET /livez/serializable_read?exclude=serializable_read&verbose
      GET /livez/linearizable_read
      GET /readyz
      HEAD /readyz
      POST /readyz
      GET /readyz?verbose
      GET /readyz?verbose&exclude=linearizable_read
      GET /readyz?verbose&exclude=linearizable_read&exclude=non_learner
      GET /readyz?allowlist=data_corruption&verbose
      GET /readyz/data_corruption?verbose
      GET /readyz/serializable_read?verbose
      GET /readyz/linearizable_read?verbose
      GET /readyz/non_learner?verbose
      DELETE /readyz/non_learner
      GET /version
      HEAD /version
      POST /version
      GET /version/
      HEAD /debug/vars
      POST /debug/vars
      HEAD /metrics
      GET /debug
      GET /debug/
      GET /debug/pprof/
      GET /debug/requests
      GET /debug/events
      GET /
      GET /nothing
      HEAD /nothing
      POST /nothing
      GET /config
      GET /v2/keys
      GET /members
      """
          .lines()
          .toList();

  /** Whole requests that a client library would not send. */
  private static final Map<String, String> RAW = new LinkedHashMap<>();

  static {
    RAW.put("HTTP/1.0", "GET /health HTTP/1.0\r\n\r\n");
    RAW.put("HTTP/1.0 POST", "POST /nothing HTTP/1.0\r\nContent-Length: 2\r\n\r\nab");
    RAW.put("HTTP/1.0 HEAD", "HEAD /metrics HTTP/1.0\r\n\r\n");
    RAW.put("HTTP/1.2", "GET /health HTTP/1.2\r\nHost: a\r\nConnection: close\r\n\r\n");
    RAW.put("no host", "GET /health HTTP/1.1\r\nConnection: close\r\n\r\n");
    RAW.put("two hosts", "GET /health HTTP/1.1\r\nHost: a\r\nHost: b\r\nConnection: close\r\n\r\n");
    RAW.put("bad host", "GET /health HTTP/1.1\r\nHost: a b\r\nConnection: close\r\n\r\n");
    RAW.put(
        "large header",
        "GET /health HTTP/1.1\r\nHost: a\r\nConnection: close\r\nX: "
            + "a".repeat(1 << 20)
            + "\r\n\r\n");
    RAW.put(
        "upgrade",
        "GET /health HTTP/1.1\r\nHost: a\r\nConnection: Upgrade, HTTP2-Settings, close\r\n"
            + "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAAQAoAAAAAIAAAAA\r\n\r\n");
    RAW.put(
        "chunked",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: chunked\r\n"
            + "Connection: close\r\n\r\n5\r\nhello\r\n0\r\n\r\n");
    RAW.put(
        "unknown transfer encoding",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nTransfer-Encoding: x\r\nConnection: close\r\n\r\n");
    RAW.put(
        "bad length",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nContent-Length: x\r\nConnection: close\r\n\r\n");
    RAW.put(
        "expect",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nExpect: 100-continue\r\nContent-Length: 3\r\n"
            + "Connection: close\r\n\r\nabc");
    RAW.put(
        "expect something else",
        "POST /nothing HTTP/1.1\r\nHost: a\r\nExpect: x\r\nContent-Length: 3\r\n"
            + "Connection: close\r\n\r\nabc");
    RAW.put(
        "two at once",
        "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n"
            + "GET /version HTTP/1.1\r\nHost: a\r\nConnection: close\r\n\r\n");
  }

  private static final Set<String> HEADERS_THAT_DIFFER = Set.of("date");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void everyEndpointAnswersAsTheOriginal() {
    Map<String, String> original = combined(Kind.ORIGINAL);
    Differences.none(original, combined(Kind.OURS));
    assertThat(original.get("client GET /health")).startsWith("HTTP/1.1 200 OK");
  }

  private Map<String, String> combined(Kind kind) {
    int metrics = Member.freePort();
    try (Member member =
        Member.in(scratch.resolve(kind.name()))
            .flags("--listen-metrics-urls=http://127.0.0.1:" + metrics)
            .start(kind)) {
      member.awaitLog(line -> line.contains("updated storage version"), "the storage version");
      var answers = new LinkedHashMap<String, String>();
      for (String target : TARGETS) {
        String[] words = target.split(" ");
        answers.put(
            "client " + target, comparable(RawHttp.ask(member.clientPort(), words[0], words[1])));
        answers.put("metrics " + target, comparable(RawHttp.ask(metrics, words[0], words[1])));
      }
      RAW.forEach((name, request) -> {
        answers.put("client " + name, comparable(RawHttp.send(member.clientPort(), request)));
        answers.put("metrics " + name, comparable(RawHttp.send(metrics, request)));
      });
      for (String accept :
          List.of(
              "Accept: application/openmetrics-text; version=1.0.0",
              "Accept: text/plain; version=0.0.4",
              "Accept: application/vnd.google.protobuf;"
                  + "proto=io.prometheus.client.MetricFamily;encoding=delimited",
              "Accept-Encoding: gzip",
              "Accept-Encoding: identity, gzip;q=0")) {
        answers.put(
            "metrics with " + accept,
            head(comparable(RawHttp.ask(metrics, "GET", "/metrics", accept))));
      }
      answers.put("metrics by POST", head(comparable(RawHttp.ask(metrics, "POST", "/metrics"))));
      String variables = RawHttp.body(member.clientPort(), "/debug/vars");
      answers.put("head of /debug/vars", head(ask(member, "/debug/vars")));
      answers.put(
          "names in /debug/vars",
          variables
              .lines()
              .filter(line -> line.startsWith("\""))
              .map(line -> line.split(":")[0])
              .collect(Collectors.joining(" ")));
      assertThat(variables)
          .startsWith("{\n")
          .endsWith("\n}\n")
          .contains("\"leadtransferee\":\"0\"", "--listen-metrics-urls", "\"HeapAlloc\":");
      return answers;
    }
  }

  private static String ask(Member member, String target) {
    return comparable(RawHttp.ask(member.clientPort(), "GET", target));
  }

  @Test
  void hostsAndOriginsAreTheOnesThatWereNamed() {
    Map<String, String> original = named(Kind.ORIGINAL);
    Differences.none(original, named(Kind.OURS));
    assertThat(original.get("Host: evil.example")).contains("421 Misdirected Request");
    assertThat(original.get("Origin: http://a.example:1"))
        .contains("Access-Control-Allow-Origin: http://a.example:1");
  }

  /** On a listener for HTTP alone, beside one for gRPC alone. */
  private Map<String, String> named(Kind kind) {
    int http = Member.freePort();
    try (Member member =
        Member.in(scratch.resolve(kind.name()))
            .flags(
                "--listen-client-http-urls=http://127.0.0.1:" + http,
                "--cors=http://a.example:1,http://b.example:2",
                "--host-whitelist=good.example,127.0.0.1",
                "--enable-pprof")
            .start(kind)) {
      var answers = new LinkedHashMap<String, String>();
      for (String host :
          List.of("good.example", "good.example:80", "127.0.0.1:9", "evil.example", "[::1]:5")) {
        String answer =
            comparable(
                RawHttp.send(
                    http,
                    "GET /livez HTTP/1.1\r\nHost: " + host + "\r\nConnection: close\r\n\r\n"));
        // The explanation is in each one's own words, and so of its own length.
        answers.put(
            "Host: " + host,
            answer.startsWith("HTTP/1.1 421")
                ? head(answer).replaceAll("\nContent-Length: .*", "") + essence(answer)
                : answer);
      }
      for (String origin :
          List.of("http://a.example:1", "http://b.example:2", "http://c.example:3", "*", "")) {
        answers.put(
            "Origin: " + origin,
            comparable(RawHttp.ask(http, "GET", "/livez", "Origin: " + origin)));
        answers.put(
            "preflight of " + origin,
            comparable(RawHttp.ask(http, "OPTIONS", "/v3/kv/put", "Origin: " + origin)));
      }
      String onGrpc = RawHttp.send(member.clientPort(), "GET /livez HTTP/1.1\r\nHost: a\r\n\r\n");
      answers.put("HTTP/1 on the listener for gRPC", onGrpc.contains("HTTP/1") ? onGrpc : "");
      answers.put(
          "command line",
          Boolean.toString(
              RawHttp.body(http, "/debug/pprof/cmdline").contains("\0--enable-pprof")));
      assertThat(RawHttp.body(http, "/debug/pprof/")).contains("goroutine?debug=1");
      assertThat(RawHttp.body(http, "/debug/pprof/threadcreate?debug=1")).isNotEmpty();
      return answers;
    }
  }

  private static String essence(String refusal) {
    return List.of(
            "\netcd received your request, but the Host header was unrecognized.",
            "etcd --host-whitelist \"",
            "\"DNS Rebinding\" attacks (CVE-2018-5702)")
        .stream()
        .filter(refusal::contains)
        .collect(Collectors.joining());
  }

  private static String head(String answer) {
    return answer.split("\n\n", 2)[0];
  }

  /**
   * The same with headers sorted, without the date; and lines of checks sorted, as Go's are not.
   */
  private static String comparable(String answer) {
    String[] parts = answer.split("\r\n\r\n", 2);
    List<String> lines = Arrays.asList(parts[0].split("\r\n"));
    var headers = new TreeSet<String>();
    for (String line : lines.subList(1, lines.size())) {
      if (!HEADERS_THAT_DIFFER.contains(line.split(":")[0].toLowerCase(java.util.Locale.ROOT))) {
        headers.add(line);
      }
    }
    String body = parts.length < 2 ? "" : parts[1];
    if (body.startsWith("[")) {
      body = body.lines().sorted().collect(Collectors.joining("\n"));
    }
    if (body.startsWith("ok\nHTTP/1.1")) { // the second of two answers
      body = "ok\n" + comparable(body.substring(3));
    }
    return lines.getFirst() + "\n" + String.join("\n", headers) + "\n\n" + body;
  }
}
