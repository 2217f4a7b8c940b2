package io.quorate.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private static final Set<String> SNAPSHOT_LINES =
      Set.of(
          "receiving database snapshot",
          "received and saved database snapshot",
          "saved database snapshot to disk",
          "failed to save incoming database snapshot",
          "failed to decode Raft message",
          "unexpected Raft message type",
          "failed to process Raft message");
  private static final Pattern RECEIVED =
      Pattern.compile(
          "etcd_network_(snapshot_receive_(success|failures|inflights_total|total_duration_seconds_count)"
              + "|peer_received_failures_total)\\{");

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
      resetWithin(member);
      answers.replaceAll((_, answer) -> comparable(answer, member));
      answers.putAll(traces(member));
      member.etcdctl("put", "a", "still here").succeeded();
      return answers;
    }
  }

  /** Its sender dies in the middle of a snapshot. */
  private static void resetWithin(Member member) {
    String head = snapshot(Long.parseUnsignedLong(member.id(), 16), 7);
    RawHttp.reset(
        member.peerPort(),
        begun(
                "POST /raft/snapshot",
                headers("3.6.14", "3.0.0", member.clusterId()) + "Content-Length: 9999\r\n\r\n")
            + length(head.length())
            + head
            + "a database",
        () -> said(member, "receiving database snapshot", 7));
    member.await(() -> said(member, "failed to save incoming database snapshot", 7));
  }

  private static boolean said(Member member, String message, int index) {
    return LogLines.of(member.log(), Set.of(message)).stream()
        .anyMatch(line -> line.contains("\"incoming-snapshot-index\":" + index));
  }

  /** What the snapshots left: lines, numbers, and files, none of them half of one. */
  private static Map<String, String> traces(Member member) {
    var lines = new TreeSet<String>();
    for (String line : LogLines.of(member.log(), SNAPSHOT_LINES)) {
      lines.add(
          comparable(line.replace(member.dataDir().toString(), "DATA"), member)
              .replaceAll("\"download-took\":\"[^\"]*\"", "TOOK")
              // The member's own id is in it, in nine or ten bytes.
              .replaceAll("message-size(-bytes)?\":\"?4[56]( B\")?", "message-size$1\":FORTY"));
    }
    var files = new TreeSet<String>();
    try (Stream<Path> all = Files.list(member.dataDir().resolve("member/snap"))) {
      all.forEach(file -> files.add(file.getFileName().toString()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    assertThat(files).noneMatch(file -> file.startsWith("tmp"));
    // Whoever cannot be told goes by the address, each by another.
    Map<String, Long> numbers =
        RawHttp.ask(member.clientPort(), "GET", "/metrics")
            .lines()
            .filter(line -> RECEIVED.matcher(line).lookingAt())
            .map(line -> line.replaceAll("127.0.0.1:\\d+", "SENDER"))
            .collect(
                Collectors.toMap(
                    line -> line.substring(0, line.indexOf(' ')),
                    line -> Long.parseLong(line.substring(line.indexOf(' ') + 1)),
                    Long::sum,
                    TreeMap::new));
    return Map.of(
        "lines of snapshots", String.join("\n", lines),
        "files of snapshots", String.join("\n", files),
        "numbers of snapshots", numbers.toString());
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

  /**
   * A leader's word is taken for it that what follows is a database; where it is none, the member
   * stops, and does not start again.
   */
  @ParameterizedTest
  @EnumSource
  void aSnapshotThatIsNoDatabaseStopsTheMember(Kind kind) {
    try (Member member = Member.in(scratch).start(kind)) {
      long self = Long.parseUnsignedLong(member.id(), 16);
      String voters = "\b" + varint(self) + "\50\0";
      String snapshot = snapshot(self, "\n" + varint(voters.length()) + voters, 1_000, 100);
      String answer =
          RawHttp.answer(
              member.peerPort(),
              post(
                  "/raft/snapshot",
                  headers("3.6.14", "3.0.0", member.clusterId()),
                  length(snapshot.length()) + snapshot + "no database"));
      assertThat(answer).startsWith("HTTP/1.1 204 ");
      assertThat(member.awaitExit(Member.START_LIMIT)).isEqualTo(2);
      assertThat(member.log()).contains("\"error\":\"invalid database\"");
      Run.Result again = member.startRefused(kind);
      assertThat(again.exitCode()).isEqualTo(2);
      assertThat(again.output())
          .contains("\"msg\":\"failed to open database\"", "\"error\":\"invalid database\"");
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
    messages(requests, good, heartbeat, Long.parseUnsignedLong(member.id(), 16));
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

  private static void messages(
      Map<String, String> requests, String good, String heartbeat, long self) {
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
        "snapshot, no database", post("/raft/snapshot", good, framed(self, 3) + "no bolt"));
    requests.put("snapshot, nothing behind", post("/raft/snapshot", good, framed(self, 4)));
    requests.put("snapshot, to another", post("/raft/snapshot", good, framed(7, 5) + "no bolt"));
    requests.put(
        "snapshot, more than declared",
        post("/raft/snapshot", good, framed(self, 6) + "no bolt") + "and more".repeat(100_000));
    requests.put(
        "snapshot, no chunk",
        begun("POST /raft/snapshot", good + CHUNKED)
            + Integer.toHexString(framed(self, 2).length())
            + "\r\n"
            + framed(self, 2)
            + "\r\nzz\r\nabc");
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
    String snapshot = framed(Long.parseUnsignedLong(member.id(), 16), 2);
    requests.put(
        "snapshot, half a database",
        begun("POST /raft/snapshot", sender + "Content-Length: 1000\r\n\r\n")
            + snapshot
            + "a database");
    requests.put(
        "snapshot, half a chunk",
        begun("POST /raft/snapshot", sender + CHUNKED)
            + Integer.toHexString(snapshot.length() + 100)
            + "\r\n"
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

  private static String framed(long to, int index) {
    String snapshot = snapshot(to, index);
    return length(snapshot.length()) + snapshot;
  }

  /** A snapshot of the stranger at {@code index}, in term 0: the receiver knows better. */
  private static String snapshot(long to, int index) {
    return snapshot(to, "\n\2\50\0", index, 0);
  }

  private static String snapshot(long to, String voters, int index, int term) {
    String metadata = voters + "\20" + varint(index) + "\30" + varint(term);
    String snapshot = "\n\2{}\22" + varint(metadata.length()) + metadata;
    return "\b\7\20"
        + varint(to)
        + "\30"
        + varint(0x1234)
        + "\40"
        + varint(term)
        + "\50\0\60\0\100\0\112"
        + varint(snapshot.length())
        + snapshot
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
