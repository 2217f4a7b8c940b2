package io.quorate.server;

import io.quorate.api.etcdserverpb.AuthStatusResponse;
import io.quorate.node.Member;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServiceTable;
import java.util.List;

/** etcdserverpb.Auth: that it is off; users and roles come with the next step. */
final class AuthService {
  private static final String SERVICE = "/etcdserverpb.Auth/";
  private static final List<String> LATER =
      List.of(
          "AuthEnable",
          "AuthDisable",
          "Authenticate",
          "UserAdd",
          "UserGet",
          "UserList",
          "UserDelete",
          "UserChangePassword",
          "UserGrantRole",
          "UserRevokeRole",
          "RoleAdd",
          "RoleGet",
          "RoleList",
          "RoleDelete",
          "RoleGrantPermission",
          "RoleRevokePermission");

  private final Member member;
  private final Headers headers;

  AuthService(Member member, Headers headers) {
    this.member = member;
    this.headers = headers;
  }

  void addTo(ServiceTable table) {
    table.add(
        SERVICE + "AuthStatus",
        Method.Kind.UNARY,
        Unary.of((request, call) ->
            Unary.reply(
                call,
                AuthStatusResponse.newBuilder()
                    .setHeader(headers.now())
                    .setEnabled(member.stores().auth().enabled())
                    .setAuthRevision(member.stores().auth().revision())
                    .build()
                    .toByteArray())));
    for (String name : LATER) {
      table.add(
          SERVICE + name,
          Method.Kind.UNARY,
          Unary.of((request, call) -> call.finish(Errors.notYet("auth"))));
    }
  }
}
