package io.quorate.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * What a member answers on its peer port, byte for byte as the original does (spec/peer.md 1.3 to
 * 1.6): to members of other clusters and versions, and to those that send garbage, half a message
 * or half a snapshot. Whatever comes, it goes on serving its clients.
 */
class PeerFaceTest {
  private static final String STRANGER = "1234";
  private static final String CHUNKED = "Transfer-Encoding: chunked\r\n\r\n";
  private static final int SLOW_CONNECTIONS = 400;
  private static final List<String> SLOW_BEGINNINGS =
      List.of(
          "",
          "G",
          "GET /raft/stream/message/1 HTTP/1.1\r\nHost: a\r\n",
          "POST /leases HTTP/1.1\r\nHost: a\r\nContent-Length: 100\r\n\r\na");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void everyRequestIsAnsweredAsByTheOriginal() {
    Map<String, String> original = answers(Kind.ORIGINAL);
    Differences.none(original, answers(Kind.OURS));
    assertThat(original.get("raft, other cluster")).contains("412", "cluster ID mismatch");
  }

  private Map<String, String> answers(Kind kind) {
    try (Member member = Member.in(scratch.resolve(kind.name())).start(kind)) {
      for (int i = 0; i < 4; i++) {
        member.etcdctl("put", "a", Integer.toString(i)).succeeded();
      }
      member.etcdctl("compaction", "3").succeeded();
      member.awaitLog(line -> line.contains("storing new hash"), "the end of the compaction");
      var answers = new ConcurrentHashMap<String, String>();
      endlessRequests()
          .forEach((name, bytes) ->
              answers.put(name, RawHttp.answer(member.peerPort(), bytes).replace("<reset>", "")));
      // All at once: where the original's handler dies it takes five seconds to close.
      try (var each = Executors.newVirtualThreadPerTaskExecutor()) {
        requests(member)
            .forEach((name, bytes) ->
                each.execute(() -> answers.put(name, RawHttp.answer(member.peerPort(), bytes))));
        lastRequests(member)
            .forEach((name, bytes) ->
                each.execute(
                    () -> answers.put(name, RawHttp.answerToLast(member.peerPort(), bytes))));
      }
      answers.replaceAll((_, answer) -> comparable(answer, member));
      member.etcdctl("put", "a", "still here").succeeded();
      return answers;
    }
  }

  /** Ours takes no more than 64 MiB; the original as much as there is (docs/differences.md). */
  @Test
  void aMessageIsNotLongerThanMemoryAllows() {
    try (Member member = Member.in(scratch).start(Kind.OURS)) {
      String sender = headers("3.6.14", "3.0.0", member.clusterId());
      for (String body : List.of("Content-Length: 999999999\r\n\r\n", CHUNKED + "40000000\r\n")) {
        String head = "POST /raft HTTP/1.1\r\nHost: a\r\n" + sender + body;
        assertThat(RawHttp.answerToFlood(member.peerPort(), head, 100L << 20))
            .startsWith("HTTP/1.1 413 Request Entity Too Large\r\n");
      }
      member.etcdctl("put", "a", "still here").succeeded();
    }
  }

  /** They wait for ever, or send a byte now and then. */
  @ParameterizedTest
  @EnumSource
  void slowConnectionsHarmNobody(Kind kind) throws IOException {
    List<Socket> slow = new ArrayList<>();
    try (Founders cluster = Founders.in(scratch.resolve(kind.name()), List.of(kind, kind))) {
      cluster.start();
      for (int i = 0; i < SLOW_CONNECTIONS; i++) {
        var socket = new Socket("127.0.0.1", cluster.get(i % 2).peerPort());
        slow.add(socket);
        socket
            .getOutputStream()
            .write(SLOW_BEGINNINGS.get(i % SLOW_BEGINNINGS.size()).getBytes(ISO_8859_1));
      }
      cluster.get(0).etcdctl("put", "a", "1").succeeded();
      // A new stream, too, finds its way between them.
      cluster.get(1).kill();
      cluster.start(1);
      cluster.get(1).etcdctl("put", "a", "2").succeeded();
    } finally {
      for (Socket socket : slow) {
        socket.close();
      }
    }
  }

  // ---- what is asked ----

  private static Map<String, String> requests(Member member) {
    var requests = new LinkedHashMap<String, String>();
    String cluster = member.clusterId();
    String good = headers("3.6.14", "3.0.0", cluster);
    var senders = new LinkedHashMap<String, String>();
    senders.put("a stranger", good);
    senders.put("other cluster", headers("3.6.14", "3.0.0", "1"));
    senders.put("too old", headers("2.3.0", "3.0.0", cluster));
    senders.put("wants a newer cluster", headers("3.6.14", "9.9.0", cluster));
    senders.put("no version", "X-Etcd-Cluster-ID: " + cluster + "\r\n");
    senders.put("version that is none", headers("x.y", "3.0.0", cluster));
    senders.put("no headers", "");
    String heartbeat = heartbeat(Long.parseUnsignedLong(member.id(), 16));
    String raftTo = "X-Raft-To: " + member.id() + "\r\n";
    senders.forEach((who, headers) -> {
      requests.put("raft, " + who, post("/raft", headers, heartbeat));
      requests.put("snapshot, " + who, post("/raft/snapshot", headers, ""));
      requests.put("stream, " + who, get("/raft/stream/message/" + STRANGER, headers + raftTo));
    });
    messages(requests, good, heartbeat);
    for (String path :
        List.of(
            "message",
            "message/",
            "x/" + STRANGER,
            "msgapp/" + STRANGER,
            "msgapp/zz",
            "message/" + STRANGER + "/5",
            "/" + STRANGER,
            "")) {
      requests.put("stream " + path, get("/raft/stream/" + path, good + raftTo));
    }
    questions(requests, member);
    requests.put("raft, to another", post("/raft", good, heartbeat(7)));
    unfinished(member).forEach((name, bytes) -> requests.put(name + ", and silence", bytes));
    return requests;
  }

  private static void messages(Map<String, String> requests, String good, String heartbeat) {
    requests.put("raft, garbage", post("/raft", good, "garbage"));
    requests.put("raft, bad URLs", post("/raft", good + "X-PeerURLs: nonsense\r\n", heartbeat));
    requests.put(
        "raft, what a member only tells itself",
        post("/raft", good, heartbeat.replaceFirst("\b\b", "\b\0")));
    requests.put("raft, no chunk", begun("POST /raft", good + CHUNKED) + "zz\r\nabc");
    requests.put("raft, GET", get("/raft", good));
    requests.put("snapshot, GET", get("/raft/snapshot", good));
    requests.put("snapshot, garbage", post("/raft/snapshot", good, "garbage garbage"));
    requests.put("snapshot, half a head", post("/raft/snapshot", good, length(100) + "abc"));
    requests.put("snapshot, endless head", post("/raft/snapshot", good, length(1L << 40) + "abc"));
    requests.put("snapshot, 65 MiB of head", post("/raft/snapshot", good, length(65L << 20) + "a"));
    requests.put(
        "snapshot, another message",
        post("/raft/snapshot", good, length(heartbeat.length()) + heartbeat));
    requests.put(
        "snapshot, no message", post("/raft/snapshot", good, length(3) + "\u00ff\u00ff\u00ff"));
  }

  private static void questions(Map<String, String> requests, Member member) {
    for (String question :
        List.of(
            "GET /members",
            "POST /members",
            "GET /members/",
            "GET //members",
            "POST /version",
            "GET /health",
            "GET /metrics",
            "GET /",
            "GET /raft/x",
            "POST /members/promote/1",
            "POST /members/promote/x",
            "GET /members/promote/1",
            "POST /members/promote/1/2",
            "GET /downgrade/enabled",
            "POST /downgrade/enabled",
            "GET /leases",
            "POST /leases",
            "GET /leases/",
            "GET /leases/internal")) {
      String[] words = question.split(" ");
      requests.put(question, words[0].equals("GET") ? get(words[1], "") : post(words[1], "", ""));
    }
    requests.put("leases, garbage", post("/leases", "", "garbage"));
    requests.put("leases, unknown", post("/leases", "", "\b\5"));
    requests.put("leases/internal, garbage", post("/leases/internal", "", "garbage"));
    requests.put("leases/internal, unknown", post("/leases/internal", "", "\n\2\b\5"));
    requests.put("leases/internal, nothing", post("/leases/internal", "", ""));
    for (String body :
        List.of(
            "{}",
            "{\"revision\":2}",
            "{\"revision\":99}",
            "{\"revision\":\"2\"}",
            "{\"x\":1}",
            "{\"revision\":-5}",
            "{\"revision\":1.5}",
            "[]",
            "null",
            "{} x",
            "")) {
      requests.put("hash " + body, request("GET", "/members/hashkv", "", body));
    }
    requests.put("hash by POST", post("/members/hashkv", "", "{}"));
    requests.put(
        "hash, other cluster", request("GET", "/members/hashkv", "X-Etcd-Cluster-ID: 1\r\n", "{}"));
    requests.put(
        "hash, this cluster",
        request(
            "GET", "/members/hashkv", "X-Etcd-Cluster-ID: " + member.clusterId() + "\r\n", "{}"));
    requests.put("no HTTP", "hello\r\n\r\n");
    requests.put("HTTP/2", "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\4\0\0\0\0\0");
    requests.put(
        "HTTP/2 by upgrade",
        get("/version", "Upgrade: h2c\r\nHTTP2-Settings: AAMAAABkAARAAAAAAAIAAAAA\r\n"));
    requests.put("GET *", get("*", ""));
  }

  /** Longer than a member reads; it answers, and does not wait for more. */
  private static Map<String, String> endlessRequests() {
    String endless = "a".repeat((1 << 20) + 8192);
    return Map.of(
        "endless target",
        "GET /" + endless,
        "endless header",
        "GET /version HTTP/1.1\r\nHost: a\r\nX: " + endless,
        "endless headers",
        "GET /version HTTP/1.1\r\nHost: a\r\n" + "X: abcd\r\n".repeat(endless.length() / 9));
  }

  /** Behind these nothing comes: the connection stays open, and silent. */
  private static Map<String, String> unfinished(Member member) {
    String sender = headers("3.6.14", "3.0.0", member.clusterId());
    String hundred = "Content-Length: 100\r\n\r\n";
    var requests = new LinkedHashMap<String, String>();
    requests.put("half a header", "GET /version HTTP/1.1\r\nHost: a\r\n");
    requests.put("raft, half a body", begun("POST /raft", sender + hundred) + "abc");
    requests.put("raft, no body", begun("POST /raft", sender + hundred));
    requests.put("raft, half a chunk", begun("POST /raft", sender + CHUNKED) + "5\r\nabc");
    requests.put("leases, half a body", begun("POST /leases", hundred) + "abc");
    requests.put("leases/internal, half a body", begun("POST /leases/internal", hundred) + "abc");
    requests.put("hash, half a body", begun("GET /members/hashkv", hundred) + "{}");
    requests.put(
        "snapshot, half a length", begun("POST /raft/snapshot", sender + hundred) + "\0\0\0\0");
    requests.put(
        "snapshot, half a message",
        begun("POST /raft/snapshot", sender + hundred) + length(90) + "abc");
    String snapshot = snapshot(Long.parseUnsignedLong(member.id(), 16));
    requests.put(
        "snapshot, half a database",
        begun("POST /raft/snapshot", sender + "Content-Length: 1000\r\n\r\n")
            + length(snapshot.length())
            + snapshot
            + "a database");
    return requests;
  }

  /** Requests whose sender closes his side then. */
  private static Map<String, String> lastRequests(Member member) {
    var requests = new LinkedHashMap<String, String>();
    unfinished(member).forEach((name, bytes) -> requests.put(name + ", cut short", bytes));
    return requests;
  }

  private static String begun(String line, String rest) {
    return line + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" + rest;
  }

  private static String headers(String version, String minimum, String cluster) {
    return "X-Server-From: %s\r\nX-Server-Version: %s\r\nX-Min-Cluster-Version: %s\r\nX-Etcd-Cluster-ID: %s\r\n"
        .formatted(STRANGER, version, minimum, cluster);
  }

  private static String get(String path, String headers) {
    return "GET %s HTTP/1.1\r\nHost: a\r\n%sConnection: close\r\n\r\n".formatted(path, headers);
  }

  private static String post(String path, String headers, String body) {
    return request("POST", path, headers, body);
  }

  private static String request(String method, String path, String headers, String body) {
    return "%s %s HTTP/1.1\r\nHost: a\r\n%sConnection: close\r\nContent-Length: %d\r\n\r\n%s"
        .formatted(method, path, headers, body.length(), body);
  }

  /** A raft heartbeat of the stranger, in term 0. */
  private static String heartbeat(long to) {
    return "\b\b\20" + varint(to) + "\30" + varint(0x1234) + "\40\0\50\0\60\0\100\0\130\0\150\0";
  }

  /** A snapshot of the stranger at index 2, in term 0. */
  private static String snapshot(long to) {
    String metadata = "\22\10\n\2\50\0\20\2\30\0";
    return "\b\7\20"
        + varint(to)
        + "\30"
        + varint(0x1234)
        + "\40\0\50\0\60\0\100\0"
        + "\112\16\n\2{}"
        + metadata
        + "\120\0\130\0\150\0";
  }

  private static String varint(long number) {
    var text = new StringBuilder();
    long rest = number;
    for (; Long.compareUnsigned(rest, 0x7f) > 0; rest >>>= 7) {
      text.append((char) (rest & 0x7f | 0x80));
    }
    return text.append((char) rest).toString();
  }

  private static String length(long bytes) {
    byte[] big = java.nio.ByteBuffer.allocate(Long.BYTES).putLong(bytes).array();
    return new String(big, ISO_8859_1);
  }

  // ---- what is compared ----

  /** Status line, headers sorted, body; without date, and with names for ids and ports. */
  private static String comparable(String answer, Member member) {
    String named =
        answer
            .replace(member.clusterId(), "CLUSTER")
            .replace(member.id(), "MEMBER")
            .replace(
                Long.toUnsignedString(Long.parseUnsignedLong(member.id(), 16)), "MEMBER-DECIMAL")
            .replace(Integer.toString(member.peerPort()), "PEER-PORT")
            .replace(Integer.toString(member.clientPort()), "CLIENT-PORT")
            .replaceAll("->127.0.0.1:\\d+", "->SENDER");
    int end = named.indexOf("\r\n\r\n");
    if (end < 0) {
      return named;
    }
    var lines = new TreeSet<String>();
    for (String line : named.substring(0, end).split("\r\n")) {
      String lower = line.toLowerCase(Locale.ROOT);
      // The lengths of the member list and of errors with ports are those of their numbers.
      if (!lower.startsWith("date:")
          && !(lower.startsWith("content-length:") && named.contains("SENDER"))
          && !(lower.startsWith("content-length:") && named.contains("MEMBER-DECIMAL"))) {
        lines.add(lower);
      }
    }
    return String.join("\n", lines) + "\n\n" + named.substring(end + 4);
  }
}
