package io.quorate.server;

import io.quorate.api.etcdserverpb.Member;
import io.quorate.api.etcdserverpb.MemberListResponse;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.server.auth.Callers;
import java.util.List;

/** etcdserverpb.Cluster (spec/api.md 10): the list; changes come with clusters. */
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
    for (String name : List.of("MemberAdd", "MemberRemove", "MemberUpdate", "MemberPromote")) {
      table.add(
          SERVICE + name,
          Method.Kind.UNARY,
          Unary.of((request, call) ->
              callers.identifyAdmin(
                  call, caller -> call.finish(Errors.notYet("changing the membership")))));
    }
  }

  private void list(byte[] bytes, ServerCall call) {
    boolean linearizable = Requests.MemberList.decode(bytes).linearizable();
    callers.identifyAnybody(call, caller -> list(linearizable, call));
  }

  private void list(boolean linearizable, ServerCall call) {
    if (!linearizable) {
      answer(call);
      return;
    }
    member
        .linearizable()
        .whenComplete((ready, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else {
            answer(call);
          }
        });
  }

  private void answer(ServerCall call) {
    ResponseHeader header = headers.message(0);
    var response = MemberListResponse.newBuilder().setHeader(header);
    for (var each : member.stores().membership().view().list()) {
      response.addMembers(
          Member.newBuilder()
              .setID(each.id())
              .setName(each.name())
              .addAllPeerURLs(each.peerUrls())
              .addAllClientURLs(each.clientUrls())
              .setIsLearner(each.isLearner()));
    }
    Unary.reply(call, response.build().toByteArray());
  }
}
