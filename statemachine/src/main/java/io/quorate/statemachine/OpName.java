package io.quorate.statemachine;

import io.quorate.statemachine.request.Alarm;
import io.quorate.statemachine.request.AuthRequest;
import io.quorate.statemachine.request.ClusterMemberAttrSet;
import io.quorate.statemachine.request.ClusterVersionSet;
import io.quorate.statemachine.request.Compaction;
import io.quorate.statemachine.request.DeleteRange;
import io.quorate.statemachine.request.DowngradeInfoSet;
import io.quorate.statemachine.request.DowngradeVersionTest;
import io.quorate.statemachine.request.LeaseCheckpoint;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.Put;
import io.quorate.statemachine.request.Range;
import io.quorate.statemachine.request.Request;
import io.quorate.statemachine.request.Txn;

/** Requests as {@code etcd_server_apply_duration_seconds} names them (spec/server.md 8). */
final class OpName {
  private OpName() {}

  static String of(Request request) {
    return switch (request) {
      case Range _ -> "Range";
      case Put _ -> "Put";
      case DeleteRange _ -> "DeleteRange";
      case Txn _ -> "Txn";
      case Compaction _ -> "Compaction";
      case LeaseGrant _ -> "LeaseGrant";
      case LeaseRevoke _ -> "LeaseRevoke";
      case LeaseCheckpoint _ -> "LeaseCheckpoint";
      case Alarm _ -> "Alarm";
      case ClusterVersionSet _ -> "ClusterVersionSet";
      case ClusterMemberAttrSet _ -> "ClusterMemberAttrSet";
      case DowngradeInfoSet _ -> "DowngradeInfoSet";
      case DowngradeVersionTest _ -> "DowngradeVersionTest";
      case AuthRequest auth ->
          switch (auth.kind()) {
            case AUTH_ENABLE -> "AuthEnable";
            case AUTH_DISABLE -> "AuthDisable";
            case AUTHENTICATE -> "Authenticate";
            case AUTH_STATUS -> "unknown";
            case USER_ADD -> "AuthUserAdd";
            case USER_DELETE -> "AuthUserDelete";
            case USER_GET -> "AuthUserGet";
            case USER_CHANGE_PASSWORD -> "AuthUserChangePassword";
            case USER_GRANT_ROLE -> "AuthUserGrantRole";
            case USER_REVOKE_ROLE -> "AuthUserRevokeRole";
            case USER_LIST -> "AuthUserList";
            case ROLE_LIST -> "AuthRoleList";
            case ROLE_ADD -> "AuthRoleAdd";
            case ROLE_DELETE -> "AuthRoleDelete";
            case ROLE_GET -> "AuthRoleGet";
            case ROLE_GRANT_PERMISSION -> "AuthRoleGrantPermission";
            case ROLE_REVOKE_PERMISSION -> "AuthRoleRevokePermission";
          };
    };
  }

  static boolean success(Outcome outcome) {
    return switch (outcome) {
      // Compacted counts as success wherever it comes from (spec/server.md, apply duration).
      case Outcome.Refused refused -> refused.error() instanceof ApplyError.Compacted;
      case Outcome.Compaction compaction ->
          compaction.error().isEmpty() || compaction.error().get() instanceof ApplyError.Compacted;
      case OpResult _,
          AuthResult _,
          Outcome.Done _,
          Outcome.PassedOver _,
          Outcome.LeaseGranted _,
          Outcome.LeaseRevoked _,
          Outcome.Alarms _,
          Outcome.Members _ ->
          true;
    };
  }
}
