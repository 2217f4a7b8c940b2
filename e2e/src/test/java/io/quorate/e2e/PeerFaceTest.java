package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What a member answers on its peer port, byte for byte as the original does (spec/peer.md 1.3 to
 * 1.6): to members of other clusters and versions, and to those that send garbage, half a message
 * or half a snapshot. Whatever comes, it goes on serving its clients.
 */
class PeerFaceTest {
  private static final String STRANGER = "1234";

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
      var answers = new LinkedHashMap<String, String>();
      requests(member)
          .forEach((name, bytes) ->
              answers.put(name, comparable(RawHttp.answer(member.peerPort(), bytes), member)));
      member.etcdctl("put", "a", "still here").succeeded();
      return answers;
    }
  }

  /** The original's handler dies of these, and takes five seconds to close the connection. */
  private static boolean endsWithoutAnswer(String request) {
    return request.endsWith(", version that is none")
        || request.equals("raft, bad URLs")
        || request.equals("leases/internal, nothing");
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
    return requests;
  }

  private static void messages(Map<String, String> requests, String good, String heartbeat) {
    requests.put("raft, garbage", post("/raft", good, "garbage"));
    requests.put("raft, bad URLs", post("/raft", good + "X-PeerURLs: nonsense\r\n", heartbeat));
    requests.put(
        "raft, what a member only tells itself",
        post("/raft", good, heartbeat.replaceFirst("\b\b", "\b\0")));
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
    return new String(big, StandardCharsets.ISO_8859_1);
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
            .replace(Integer.toString(member.clientPort()), "CLIENT-PORT");
    int end = named.indexOf("\r\n\r\n");
    if (end < 0) {
      return named;
    }
    var lines = new TreeSet<String>();
    for (String line : named.substring(0, end).split("\r\n")) {
      String lower = line.toLowerCase(Locale.ROOT);
      // The length of the member list is that of its numbers.
      if (!lower.startsWith("date:")
          && !(lower.startsWith("content-length:") && named.contains("MEMBER-DECIMAL"))) {
        lines.add(lower);
      }
    }
    return String.join("\n", lines) + "\n\n" + named.substring(end + 4);
  }
}
