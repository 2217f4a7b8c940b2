package io.quorate.peer.http;

import io.quorate.edge.BodyCollector;
import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.edge.HttpTable;
import io.quorate.gotext.JsonReader;
import io.quorate.io.Failpoints;
import io.quorate.node.Member;
import io.quorate.node.NodeException;
import io.quorate.node.duty.Versions;
import io.quorate.node.port.OtherMembers;
import io.quorate.peer.PeerHeaders;
import io.quorate.peer.PeerNetwork;
import io.quorate.rpc.Status;
import io.quorate.statemachine.membership.MembershipError;
import io.quorate.statemachine.membership.Version;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.ProtoReader;
import io.quorate.statemachine.request.ProtoWriter;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.function.Function;
import java.util.function.LongFunction;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/** What other members ask beside raft: who is here, which version, leases, promotion, checksums. */
final class Questions {
  private static final int LEASE_LIMIT_BYTES = 64 * 1024;
  private static final int HASH_LIMIT_BYTES = 64 * 1024;
  private static final String PROMOTE = "/members/promote/";
  private static final DateTimeFormatter NOW =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSSSSSSSSXXX");

  private final PeerNetwork network;
  private final Member member;
  private final LongFunction<CompletableFuture<OtherMembers.PeerHash>> hashes;
  private final Function<Optional<String>, CompletableFuture<Optional<Status>>> administrators;
  private final Failpoints.Point beforeLeaseLookup;
  private final Logger log;

  /**
   * @param hashes makes the checksum of all keys at a revision
   * @param administrators says what is wrong with a token, if an administrator is wanted
   */
  Questions(
      PeerNetwork network,
      Member member,
      LongFunction<CompletableFuture<OtherMembers.PeerHash>> hashes,
      Function<Optional<String>, CompletableFuture<Optional<Status>>> administrators,
      Failpoints failpoints,
      Logger log) {
    this.network = network;
    this.member = member;
    this.hashes = hashes;
    this.administrators = administrators;
    beforeLeaseLookup = failpoints.point("beforeLookupWhenForwardLeaseTimeToLive");
    this.log = log;
  }

  void addTo(HttpTable table) {
    table
        .add("/raft/probing", of(this::probing))
        .add("/members", get(this::members))
        .add(PROMOTE, of(this::promote))
        .add("/members/hashkv", this::hash)
        .add("/leases", post(LEASE_LIMIT_BYTES, this::renew))
        .add("/leases/internal", post(LEASE_LIMIT_BYTES, this::timeToLive))
        .add("/version", get(this::version))
        .add("/downgrade/enabled", get(this::downgradeEnabled));
  }

  private interface Question {
    void ask(HttpExchange exchange);
  }

  private interface BodyQuestion {
    void ask(HttpExchange exchange, byte[] body);
  }

  private static HttpHandler of(Question question) {
    return exchange -> {
      question.ask(exchange);
      return HttpReceiver.NONE;
    };
  }

  private static HttpHandler get(Question question) {
    return of(exchange -> {
      if (!Answers.isWrongMethod(exchange, "GET")) {
        question.ask(exchange);
      }
    });
  }

  private static HttpHandler post(int limitBytes, BodyQuestion question) {
    return exchange -> {
      if (!exchange.request().method().equals("POST")) {
        Answers.error(exchange, 405, "Method Not Allowed");
        return HttpReceiver.NONE;
      }
      return new BodyCollector(
              exchange, limitBytes, "request body too large", body -> question.ask(exchange, body))
          .orElse("error reading body", _ -> {});
    };
  }

  private void probing(HttpExchange exchange) {
    String now = NOW.format(Instant.now().atZone(ZoneId.systemDefault()));
    Answers.body(
        exchange,
        "text/plain; charset=utf-8",
        ("{\"OK\":true,\"Now\":\"" + now + "\"}\n")
            .getBytes(java.nio.charset.StandardCharsets.UTF_8));
  }

  private void clusterId(HttpExchange exchange) {
    exchange.preset("X-Etcd-Cluster-ID", Long.toHexString(network.options().clusterId()));
  }

  // ---- membership ----

  private void members(HttpExchange exchange) {
    clusterId(exchange);
    Answers.json(exchange, json(member.stores().membership().view().list()) + "\n");
  }

  private static String json(List<io.quorate.statemachine.membership.Member> members) {
    return members.isEmpty()
        ? "null"
        : members.stream()
            .map(io.quorate.statemachine.membership.Member::toJson)
            .collect(Collectors.joining(",", "[", "]"));
  }

  private void promote(HttpExchange exchange) {
    if (Answers.isWrongMethod(exchange, "POST")) {
      return;
    }
    clusterId(exchange);
    String text = exchange.request().path().substring(PROMOTE.length());
    long id;
    try {
      id = Long.parseUnsignedLong(text);
    } catch (NumberFormatException e) {
      Answers.error(exchange, 404, "member " + text + " not found in cluster");
      return;
    }
    Optional<String> token = exchange.request().headers().first(PeerHeaders.AUTHORIZATION);
    administrators
        .apply(token)
        .thenAccept(refusal -> {
          if (refusal.isPresent()) {
            notPromoted(id, refusal.get().message());
            Answers.internalError(exchange);
          } else {
            member
                .changes()
                .promote(id, token)
                .whenComplete((members, failure) -> promoted(exchange, id, members, failure));
          }
        });
  }

  private void notPromoted(long id, String why) {
    log.atWarn()
        .addKeyValue("member-id", Long.toHexString(id))
        .addKeyValue("error", why)
        .log("failed to promote a member");
  }

  private void promoted(
      HttpExchange exchange,
      long id,
      List<io.quorate.statemachine.membership.Member> members,
      @Nullable Throwable failure) {
    if (failure == null) {
      Answers.json(exchange, json(members) + "\n");
      return;
    }
    String words = Refusals.words(cause(failure));
    notPromoted(id, words);
    switch (cause(failure)) {
      case NodeException.Membership known when known.reason() == MembershipError.ID_NOT_FOUND ->
          Answers.error(exchange, 404, words);
      case NodeException.Membership known when known.reason() == MembershipError.NOT_A_LEARNER ->
          Answers.error(exchange, 412, words);
      case NodeException.LearnerNotReady _ -> Answers.error(exchange, 412, words);
      case null, default -> Answers.internalError(exchange);
    }
  }

  static @Nullable Throwable cause(@Nullable Throwable failure) {
    return failure instanceof CompletionException && failure.getCause() != null
        ? failure.getCause()
        : failure;
  }

  // ---- versions ----

  private void version(HttpExchange exchange) {
    Optional<Version> cluster = member.stores().membership().view().clusterVersion();
    Answers.json(
        exchange,
        "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\"}"
            .formatted(
                Versions.SERVER,
                cluster.map(Version::toString).orElse("not_decided"),
                member.storageVersion().map(Version::toString).orElse("unknown")));
  }

  private void downgradeEnabled(HttpExchange exchange) {
    clusterId(exchange);
    DowngradeQuestion.ask(
        exchange,
        member.linearizable(),
        network.options().requestTimeout(),
        () -> member.stores().membership().view().downgrade().enabled());
  }

  // ---- leases ----

  private void renew(HttpExchange exchange, byte[] body) {
    long id;
    try {
      id = leaseId(body);
    } catch (DecodeException e) {
      Answers.error(exchange, 400, "error unmarshalling request");
      return;
    }
    member
        .leases()
        .renewHere(id)
        .whenComplete((ttl, failure) -> {
          if (leaseProblem(exchange, cause(failure), 400)) {
            return;
          }
          if (ttl == 0) {
            Answers.error(exchange, 404, "lease not found");
          } else {
            Answers.body(
                exchange,
                "application/protobuf",
                new ProtoWriter(24).number(2, id).number(3, ttl).toByteArray());
          }
        });
  }

  /** Answers where something went wrong. */
  private static boolean leaseProblem(
      HttpExchange exchange, @Nullable Throwable failure, int notPrimaryStatus) {
    switch (failure) {
      case null -> {
        return false;
      }
      case NodeException.NotPrimaryLessor _ ->
          Answers.error(exchange, notPrimaryStatus, "not a primary lessor");
      case NodeException.Timeout _ ->
          Answers.error(
              exchange, 408, "waiting for node to catch up its applied index has timed out");
      default -> Answers.error(exchange, 500, String.valueOf(failure.getMessage()));
    }
    return true;
  }

  private static long leaseId(byte[] body) {
    var in = new ProtoReader("LeaseKeepAliveRequest", body);
    long id = 0;
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        id = in.number("ID");
      } else {
        in.skip();
      }
    }
    return id;
  }

  private void timeToLive(HttpExchange exchange, byte[] body) {
    if (body.length == 0) {
      // A question about nothing: a Go member's handler dies of it.
      exchange.abort();
      return;
    }
    LeaseQuestion question;
    try {
      question = LeaseQuestion.decode(body);
    } catch (DecodeException e) {
      Answers.error(exchange, 400, "error unmarshalling request");
      return;
    }
    member
        .caughtUp()
        .whenComplete((ready, failure) -> {
          if (leaseProblem(exchange, cause(failure), 500)) {
            return;
          }
          beforeLeaseLookup.fire();
          Optional<OtherMembers.LeaseTime> time;
          try {
            time = member.leases().timeHere(question.id(), question.withKeys());
          } catch (NodeException.NotPrimaryLessor e) {
            leaseProblem(exchange, e, 500);
            return;
          }
          if (time.isEmpty()) {
            Answers.error(exchange, 404, "lease not found");
          } else {
            Answers.body(exchange, "application/protobuf", question.answer(time.get()));
          }
        });
  }

  // ---- checksums ----

  private HttpReceiver hash(HttpExchange exchange) {
    if (Answers.isWrongMethod(exchange, "GET")) {
      return HttpReceiver.NONE;
    }
    String cluster = exchange.request().headers().first("x-etcd-cluster-id").orElse("");
    if (!cluster.isEmpty() && !cluster.equals(Long.toHexString(network.options().clusterId()))) {
      Answers.error(exchange, 412, "cluster ID mismatch");
      return HttpReceiver.NONE;
    }
    return new BodyCollector(exchange, HASH_LIMIT_BYTES, body -> hash(exchange, body))
        .orElse("error reading body", _ -> {});
  }

  private void hash(HttpExchange exchange, byte[] body) {
    long[] revision = {0};
    try {
      JsonReader in = new JsonReader(body);
      in.object(field -> {
        if (field.equals("revision")) {
          revision[0] = in.number();
        } else {
          in.skip();
        }
      });
      in.end();
    } catch (JsonReader.MalformedException e) {
      log.atWarn().addKeyValue("error", e.getMessage()).log("failed to unmarshal request");
      Answers.error(exchange, 400, "error unmarshalling request");
      return;
    }
    hashes
        .apply(revision[0])
        .whenComplete((done, failure) -> {
          if (failure != null) {
            String problem = hashProblem(cause(failure));
            log.atWarn()
                .addKeyValue("requested-revision", revision[0])
                .addKeyValue("error", problem)
                .log("failed to get hashKV");
            Answers.error(exchange, 400, problem);
            return;
          }
          clusterId(exchange);
          var out = new StringBuilder("{\"header\":{\"revision\":").append(done.currentRevision());
          out.append('}');
          if (done.hash() != 0) {
            out.append(",\"hash\":").append(Integer.toUnsignedString(done.hash()));
          }
          if (done.compactRevision() != 0) {
            out.append(",\"compact_revision\":").append(done.compactRevision());
          }
          if (done.hashRevision() != 0) {
            out.append(",\"hash_revision\":").append(done.hashRevision());
          }
          Answers.json(exchange, out.append('}').toString());
        });
  }

  private static String hashProblem(@Nullable Throwable failure) {
    return switch (failure) {
      case io.quorate.mvcc.MvccException.Compacted _ ->
          "mvcc: required revision has been compacted";
      case io.quorate.mvcc.MvccException.FutureRevision _ ->
          "mvcc: required revision is a future revision";
      case null, default -> Refusals.words(failure);
    };
  }
}
