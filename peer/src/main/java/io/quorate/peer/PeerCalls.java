package io.quorate.peer;

import io.quorate.edge.HttpDialer;
import io.quorate.edge.HttpReply;
import io.quorate.edge.OutgoingRequest;
import io.quorate.gotext.JsonReader;
import io.quorate.io.Clock;
import io.quorate.node.NodeException;
import io.quorate.node.port.OtherMembers;
import io.quorate.node.port.PeerQueries;
import io.quorate.peer.http.LeaseQuestion;
import io.quorate.rpc.Metadata;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipError;
import io.quorate.statemachine.membership.Version;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.ProtoReader;
import io.quorate.statemachine.request.ProtoWriter;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Function;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** Asks other members, over their peer URLs. */
public final class PeerCalls implements PeerQueries, OtherMembers {
  private static final int ANSWER_LIMIT_BYTES = 100 << 20;
  private static final long LEASE_ROUND_MILLIS = 50;
  private static final String HASH_PATH = "/members/hashkv";
  private static final Map<String, NoHashException.Reason> HASH_REFUSALS =
      Map.of(
          "mvcc: required revision has been compacted",
          NoHashException.Reason.COMPACTED,
          "mvcc: required revision is a future revision",
          NoHashException.Reason.FUTURE,
          "cluster ID mismatch",
          NoHashException.Reason.OTHER_CLUSTER);

  /** As whom the questions are asked; before a member is one, as nobody: all zero. */
  public record Asker(long memberId, long clusterId) {
    public static final Asker NOBODY = new Asker(0, 0);
  }

  private final HttpDialer dialer;
  private final Asker asker;
  private final Duration requestTimeout;
  private final Duration electionTimeout;
  private final Clock clock;
  private final Logger log;

  public PeerCalls(
      HttpDialer dialer,
      Asker asker,
      Duration requestTimeout,
      Duration electionTimeout,
      Clock clock,
      Logger log) {
    this.dialer = dialer;
    this.asker = asker;
    this.requestTimeout = requestTimeout;
    this.electionTimeout = electionTimeout;
    this.clock = clock;
    this.log = log;
  }

  // ---- before a member is one ----

  @Override
  public Optional<RemoteCluster> cluster(List<String> peerUrls, Duration timeout, boolean logged) {
    var replies = new LinkedHashMap<String, CompletableFuture<HttpReply>>();
    for (String url : peerUrls) {
      OutgoingRequest question = OutgoingRequest.get("/members", new Metadata());
      replies.put(url, dialer.ask(PeerUrls.uri(url), question, ANSWER_LIMIT_BYTES, timeout));
    }
    for (var each : replies.entrySet()) {
      String url = each.getKey();
      try {
        HttpReply reply = each.getValue().get();
        String id = reply.headers().first(PeerHeaders.CLUSTER_ID).orElse("");
        return Optional.of(
            new RemoteCluster(Long.parseUnsignedLong(id, 16), members(reply.body())));
      } catch (ExecutionException | JsonReader.MalformedException | NumberFormatException e) {
        if (logged) {
          log.atWarn()
              .addKeyValue("address", url + "/members")
              .addKeyValue("error", problem(url, e))
              .log("failed to get cluster response");
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return Optional.empty();
      }
    }
    return Optional.empty();
  }

  private static String problem(String url, Exception e) {
    return e instanceof ExecutionException && e.getCause() != null
        ? "Get \"" + url + "/members\": " + e.getCause().getMessage()
        : String.valueOf(e.getMessage());
  }

  private static List<Member> members(byte[] json) {
    List<Member> members = new ArrayList<>();
    JsonReader in = new JsonReader(json);
    in.array(() -> members.add(Member.read(in)));
    in.end();
    return members;
  }

  // ---- versions ----

  @Override
  public CompletableFuture<Optional<Versions>> versions(Member member) {
    return firstOf(member.peerUrls(), "/version", reply -> Optional.of(versions(reply.body())))
        .exceptionally(failure -> {
          log.atWarn()
              .addKeyValue("remote-member-id", Member.hex(member.id()))
              .addKeyValue("error", cause(failure))
              .log("failed to reach the peer URL");
          return Optional.empty();
        });
  }

  /** The message of the other begins with the name of a class. */
  private static Throwable cause(Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  private static Versions versions(byte[] json) {
    Map<String, String> texts = new HashMap<>();
    JsonReader in = new JsonReader(json);
    in.object(field -> {
      switch (field) {
        case "etcdserver", "etcdcluster", "storage" -> texts.put(field, in.text());
        default -> in.skip();
      }
    });
    in.end();
    return new Versions(
        Version.parse(texts.getOrDefault("etcdserver", "")),
        Version.parse(texts.getOrDefault("etcdcluster", "")));
  }

  @Override
  public CompletableFuture<Optional<Boolean>> downgradeEnabled(Member member) {
    return firstOf(
            member.peerUrls(), "/downgrade/enabled", reply -> Optional.of(isTrue(reply.body())))
        .exceptionally(failure -> Optional.empty());
  }

  /** As {@code strconv.ParseBool}, to the byte. */
  private static boolean isTrue(byte[] body) {
    String text = new String(body, StandardCharsets.UTF_8);
    return switch (text) {
      case "1", "t", "T", "TRUE", "true", "True" -> true;
      case "0", "f", "F", "FALSE", "false", "False" -> false;
      default -> throw new IllegalArgumentException("no boolean: " + text);
    };
  }

  /** Asks one URL after the other until one's answer can be read, whatever its status. */
  private <T> CompletableFuture<T> firstOf(
      List<String> urls, String path, Function<HttpReply, T> reader) {
    OutgoingRequest request = OutgoingRequest.get(path, new Metadata());
    CompletableFuture<T> answer =
        CompletableFuture.failedFuture(new IllegalArgumentException("no peer URL"));
    for (String url : urls) {
      answer =
          answer.exceptionallyCompose(failure ->
              dialer
                  .ask(PeerUrls.uri(url), request, ANSWER_LIMIT_BYTES, requestTimeout)
                  .thenApply(reader));
    }
    return answer;
  }

  // ---- the leader ----

  @Override
  public CompletableFuture<Long> renew(Supplier<List<String>> leader, long leaseId) {
    var request =
        OutgoingRequest.post(
            "/leases",
            new Metadata().add("Content-Type", "application/protobuf"),
            new ProtoWriter(12).number(1, leaseId).toByteArray());
    return new LeaderCall<Long>(
            leader,
            request,
            reply ->
                switch (reply.status()) {
                  case 200 -> Optional.of(renewed(leaseId, reply.body()));
                  case 404 -> Optional.of(0L);
                  default -> Optional.empty();
                })
        .start();
  }

  private static long renewed(long leaseId, byte[] body) {
    var in = new ProtoReader("LeaseKeepAliveResponse", body);
    long id = 0;
    long ttl = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 2 -> id = in.number("ID");
        case 3 -> ttl = in.number("TTL");
        default -> in.skip();
      }
    }
    if (id != leaseId) {
      throw new DecodeException("lease: renew id mismatch");
    }
    return ttl;
  }

  @Override
  public CompletableFuture<LeaseTime> timeToLive(
      Supplier<List<String>> leader, long leaseId, boolean withKeys) {
    var request =
        OutgoingRequest.post(
            "/leases/internal",
            new Metadata().add("Content-Type", "application/protobuf"),
            new LeaseQuestion(leaseId, withKeys).encode());
    return new LeaderCall<LeaseTime>(
            leader,
            request,
            reply ->
                switch (reply.status()) {
                  case 200 -> Optional.of(LeaseQuestion.decodeAnswer(reply.body()));
                  case 404 -> Optional.of(new LeaseTime(-1, 0, List.of()));
                  default -> Optional.empty();
                })
        .start();
  }

  @Override
  public CompletableFuture<List<Member>> promote(
      Supplier<List<String>> leader, long memberId, Optional<String> token) {
    var headers = new Metadata();
    token.ifPresent(text -> headers.add(PeerHeaders.AUTHORIZATION, text));
    var request =
        OutgoingRequest.post(
            "/members/promote/" + Long.toUnsignedString(memberId), headers, new byte[0]);
    return new LeaderCall<List<Member>>(leader, request, PeerCalls::promoted).start();
  }

  private static Optional<List<Member>> promoted(HttpReply reply) {
    return switch (reply.status()) {
      case 200 -> Optional.of(members(reply.body()));
      case 404 -> throw new NodeException.Membership(MembershipError.ID_NOT_FOUND);
      case 412 -> {
        if (reply.text().contains("in sync with leader")) {
          throw new NodeException.LearnerNotReady();
        }
        throw new NodeException.Membership(MembershipError.NOT_A_LEARNER);
      }
      default -> Optional.empty();
    };
  }

  /** Asks whoever leads until an answer counts, leadership moves on or time is over. */
  private final class LeaderCall<T> {
    private final Supplier<List<String>> leader;
    private final OutgoingRequest request;
    private final Function<HttpReply, Optional<T>> reader;
    private final long deadlineNanos = clock.nanos() + requestTimeout.toNanos();
    private final CompletableFuture<T> result = new CompletableFuture<>();

    LeaderCall(
        Supplier<List<String>> leader,
        OutgoingRequest request,
        Function<HttpReply, Optional<T>> reader) {
      this.leader = leader;
      this.request = request;
      this.reader = reader;
    }

    CompletableFuture<T> start() {
      round();
      return result;
    }

    private void round() {
      List<String> urls = leader.get();
      long left = deadlineNanos - clock.nanos();
      if (left <= 0) {
        result.completeExceptionally(
            urls.isEmpty()
                ? new NodeException.NoLeader()
                : new NodeException.Timeout(NodeException.TimeoutCause.UNKNOWN));
      } else if (urls.isEmpty()) {
        later(electionTimeout.toMillis());
      } else {
        ask(urls, 0, left);
      }
    }

    private void ask(List<String> urls, int next, long leftNanos) {
      if (next == urls.size()) {
        later(LEASE_ROUND_MILLIS);
        return;
      }
      dialer
          .ask(
              PeerUrls.uri(urls.get(next)),
              request,
              ANSWER_LIMIT_BYTES,
              Duration.ofNanos(Math.max(leftNanos, 1_000_000)))
          .thenApply(reader)
          .whenComplete((answer, failure) -> {
            Throwable cause =
                failure == null || failure.getCause() == null ? failure : failure.getCause();
            if (cause instanceof NodeException known) {
              result.completeExceptionally(known);
            } else if (answer != null && answer.isPresent()) {
              result.complete(answer.get());
            } else {
              ask(urls, next + 1, Math.max(1, deadlineNanos - clock.nanos()));
            }
          });
    }

    private void later(long millis) {
      CompletableFuture.delayedExecutor(millis, TimeUnit.MILLISECONDS).execute(this::round);
    }
  }

  // ---- checksums ----

  @Override
  public CompletableFuture<PeerHash> hash(Member member, long revision) {
    String body = revision == 0 ? "{}" : "{\"revision\":" + revision + "}";
    var request =
        OutgoingRequest.get(
            HASH_PATH,
            new Metadata()
                .add("Content-Type", "application/json")
                .add(PeerHeaders.CLUSTER_ID, Long.toHexString(asker.clusterId)),
            body.getBytes(StandardCharsets.UTF_8));
    CompletableFuture<PeerHash> hash =
        CompletableFuture.failedFuture(
            new NoHashException(NoHashException.Reason.UNKNOWN, "no peer URL"));
    for (String url : member.peerUrls()) {
      hash =
          hash.exceptionallyCompose(failure ->
              dialer
                  .ask(PeerUrls.uri(url), request, ANSWER_LIMIT_BYTES, requestTimeout)
                  .handle((reply, problem) -> peerHash(url, reply, problem))
                  .whenComplete((done, problem) -> {
                    if (problem != null) {
                      noHash(revision, url, NoHashException.of(problem));
                    }
                  }));
    }
    return hash;
  }

  private void noHash(long revision, String url, NoHashException problem) {
    log.atWarn()
        .addKeyValue("local-member-id", Member.hex(asker.memberId))
        .addKeyValue("requested-revision", revision)
        .addKeyValue("remote-peer-endpoint", url)
        .addKeyValue("error", problem.getMessage())
        .log("failed hash kv request");
  }

  private static PeerHash peerHash(
      String url, @Nullable HttpReply reply, @Nullable Throwable problem) {
    if (reply == null) {
      String text =
          problem instanceof TimeoutException || problem == null
              ? "context deadline exceeded"
              : String.valueOf(problem.getMessage());
      throw new NoHashException(
          NoHashException.Reason.UNKNOWN, "Get \"" + url + HASH_PATH + "\": " + text);
    }
    if (reply.status() == 200) {
      return peerHash(reply.body());
    }
    String text = new String(reply.body(), StandardCharsets.UTF_8);
    for (var known : HASH_REFUSALS.entrySet()) {
      if (text.contains(known.getKey())) {
        throw new NoHashException(known.getValue(), "etcdserver: " + known.getKey());
      }
    }
    throw new NoHashException(NoHashException.Reason.UNKNOWN, "unknown error: " + text);
  }

  private static PeerHash peerHash(byte[] json) {
    Map<String, Long> numbers = new HashMap<>();
    JsonReader in = new JsonReader(json);
    in.object(field -> {
      if (field.equals("header")) {
        in.object(inner -> {
          if (inner.equals("revision")) {
            numbers.put("current", in.number());
          } else {
            in.skip();
          }
        });
      } else {
        numbers.put(field, in.number());
      }
    });
    return new PeerHash(
        numbers.getOrDefault("hash", 0L).intValue(),
        numbers.getOrDefault("compact_revision", 0L),
        numbers.getOrDefault("hash_revision", 0L),
        numbers.getOrDefault("current", 0L));
  }
}
