package io.quorate.server;

import io.quorate.gotext.UrlList;
import io.quorate.node.MembershipChanges;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.StatusException;
import io.quorate.server.auth.Callers;
import io.quorate.server.wire.Wire;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MemberIds;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** etcdserverpb.Cluster (spec/api.md 10, spec/peer.md 13). */
final class ClusterService {
  private static final String SERVICE = "/etcdserverpb.Cluster/";

  private final io.quorate.node.Member member;
  private final Headers headers;
  private final Callers callers;

  ClusterService(io.quorate.node.Member member, Headers headers, Callers callers) {
    this.member = member;
    this.headers = headers;
    this.callers = callers;
  }

  void addTo(ServiceTable table) {
    table.add(SERVICE + "MemberList", Method.Kind.UNARY, Unary.of(this::list));
    table.add(SERVICE + "MemberAdd", Method.Kind.UNARY, GivenUp.of(this::add));
    table.add(SERVICE + "MemberRemove", Method.Kind.UNARY, GivenUp.of(this::remove));
    table.add(SERVICE + "MemberUpdate", Method.Kind.UNARY, GivenUp.of(this::update));
    table.add(SERVICE + "MemberPromote", Method.Kind.UNARY, Unary.of(this::promote));
  }

  // ---- changes ----

  private void add(byte[] bytes, ServerCall call, GivenUp until) {
    var request = Requests.MemberChange.decodeAddition(bytes);
    List<String> urls = checked(request.peerUrls());
    long seconds = member.clock().epochMillis() / 1000;
    Member added = Member.of(MemberIds.added(urls, seconds), urls, request.learner());
    change(call, until, changes -> changes.add(added), Optional.of(added));
  }

  /**
   * Departure: etcd looks at the URLs of an addition only, and an update with bad ones ends every
   * other member.
   */
  private static List<String> checked(List<String> urls) {
    try {
      return UrlList.ofMember(urls);
    } catch (IllegalArgumentException e) {
      throw new StatusException(Errors.BAD_MEMBER_URLS);
    }
  }

  private void remove(byte[] bytes, ServerCall call, GivenUp until) {
    long id = Requests.MemberChange.decode("MemberRemoveRequest", bytes).id();
    change(call, until, changes -> changes.remove(id), Optional.empty());
  }

  private void update(byte[] bytes, ServerCall call, GivenUp until) {
    var request = Requests.MemberChange.decode("MemberUpdateRequest", bytes);
    // Behind the question who asks, unlike those of an addition.
    change(
        call,
        until,
        changes -> changes.update(request.id(), checked(request.peerUrls())),
        Optional.empty());
  }

  private void promote(byte[] bytes, ServerCall call) {
    long id = Requests.MemberChange.decode("MemberPromoteRequest", bytes).id();
    callers.identifyAdmin(
        call,
        caller ->
            member
                .changes()
                .promote(id, Callers.token(call.metadata()))
                .whenComplete((members, failure) -> {
                  if (failure != null) {
                    call.finish(Errors.status(failure));
                  } else {
                    answer(call, Optional.empty(), members);
                  }
                }));
  }

  private interface Change {
    CompletableFuture<Outcome> propose(MembershipChanges changes);
  }

  private void change(ServerCall call, GivenUp until, Change change, Optional<Member> added) {
    callers.identifyAdmin(
        call,
        caller ->
            until
                .cancels(change.propose(member.changes()))
                .whenComplete((outcome, failure) -> {
                  if (outcome instanceof Outcome.Refused refused) {
                    call.finish(Errors.status(refused.error()));
                  } else {
                    changed(call, failure, added);
                  }
                }));
  }

  private void changed(ServerCall call, @Nullable Throwable failure, Optional<Member> added) {
    if (failure != null) {
      call.finish(Errors.status(failure));
    } else {
      answer(call, added);
    }
  }

  // ---- the list ----

  private void list(byte[] bytes, ServerCall call) {
    boolean linearizable = Requests.MemberList.decode(bytes).linearizable();
    callers.identifyAnybody(call, caller -> list(linearizable, call));
  }

  private void list(boolean linearizable, ServerCall call) {
    if (!linearizable) {
      answer(call, Optional.empty());
      return;
    }
    member
        .linearizable()
        .whenComplete((ready, failure) -> changed(call, failure, Optional.empty()));
  }

  private void answer(ServerCall call, Optional<Member> added) {
    answer(call, added, member.stores().membership().view().list());
  }

  /** The list, behind the member that was added if one was. */
  private void answer(ServerCall call, Optional<Member> added, List<Member> members) {
    Wire response = new Wire(256).message(1, headers.message(0).toByteArray());
    added.ifPresent(one -> response.message(2, encoded(one)));
    int field = added.isPresent() ? 3 : 2;
    for (Member each : members) {
      response.message(field, encoded(each));
    }
    Unary.reply(call, response.toByteArray());
  }

  private static byte[] encoded(Member one) {
    Wire out = new Wire(128).number(1, one.id());
    if (!one.name().isEmpty()) {
      out.message(2, utf8(one.name()));
    }
    one.peerUrls().forEach(url -> out.message(3, utf8(url)));
    one.clientUrls().forEach(url -> out.message(4, utf8(url)));
    if (one.isLearner()) {
      out.number(5, 1);
    }
    return out.toByteArray();
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }
}
