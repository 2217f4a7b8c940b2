package io.quorate.client;

import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import java.util.Set;

/**
 * etcd refused, or could not be reached. The message is what etcdctl shows: etcd's own text alone
 * where it is one of those that clients know, else code and text.
 */
public final class EtcdException extends RuntimeException {
  static final String NO_LEADER = "etcdserver: no leader";
  static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";
  static final String FUTURE_REVISION = "etcdserver: mvcc: required revision is a future revision";
  static final String LEASE_NOT_FOUND = "etcdserver: requested lease not found";
  static final String NOT_FOR_LEARNER = "etcdserver: rpc not supported for learner";
  static final String INVALID_TOKEN = "etcdserver: invalid auth token";
  static final String OLD_AUTH_REVISION = "etcdserver: revision of auth store is old";
  static final String USER_EMPTY = "etcdserver: user name is empty";
  static final String AUTH_NOT_ENABLED = "etcdserver: authentication is not enabled";

  private static final Set<String> KNOWN =
      Set.of(
          "etcdserver: key is not provided",
          "etcdserver: key not found",
          "etcdserver: value is provided",
          "etcdserver: lease is provided",
          "etcdserver: too many operations in txn request",
          "etcdserver: duplicate key given in txn request",
          "etcdserver: invalid sort option",
          COMPACTED,
          FUTURE_REVISION,
          "etcdserver: mvcc: database space exceeded",
          LEASE_NOT_FOUND,
          "etcdserver: lease already exists",
          "etcdserver: too large lease TTL",
          "etcdserver: member ID already exist",
          "etcdserver: Peer URLs already exists",
          "etcdserver: re-configuration failed due to not enough started members",
          "etcdserver: given member URLs are invalid",
          "etcdserver: member not found",
          "etcdserver: can only promote a learner member",
          "etcdserver: can only promote a learner member which is in sync with leader",
          "etcdserver: too many learner members in cluster",
          "etcdserver: cluster ID mismatch",
          "etcdserver: request is too large",
          "etcdserver: too many requests",
          "etcdserver: root user does not exist",
          "etcdserver: root user does not have root role",
          "etcdserver: user name already exists",
          USER_EMPTY,
          "etcdserver: user name not found",
          "etcdserver: role name already exists",
          "etcdserver: role name not found",
          "etcdserver: role name is empty",
          "etcdserver: authentication failed, invalid user ID or password",
          "etcdserver: permission denied",
          "etcdserver: role is not granted to the user",
          "etcdserver: permission is not granted to the role",
          AUTH_NOT_ENABLED,
          INVALID_TOKEN,
          "etcdserver: invalid auth management",
          OLD_AUTH_REVISION,
          NO_LEADER,
          "etcdserver: not leader",
          "etcdserver: leader changed",
          "etcdserver: not capable",
          "etcdserver: server stopped",
          "etcdserver: request timed out",
          "etcdserver: request timed out, possibly due to previous leader failure",
          "etcdserver: request timed out, possibly due to connection lost",
          "etcdserver: unhealthy cluster",
          "etcdserver: corrupt cluster",
          NOT_FOR_LEARNER,
          "etcdserver: bad leader transferee",
          "etcdserver: wrong downgrade target version format",
          "etcdserver: invalid downgrade target version",
          "etcdserver: cluster version not found during downgrade",
          "etcdserver: cluster has a downgrade job in progress",
          "etcdserver: no inflight downgrade job");

  private final Status status;

  public EtcdException(Status status) {
    super(text(status));
    this.status = status;
  }

  /** What etcdctl shows of {@code status}. */
  public static String text(Status status) {
    if (KNOWN.contains(status.message()) || isOwnEnd(status)) {
      return status.message();
    }
    return "rpc error: code = " + status.code().goName() + " desc = " + status.message();
  }

  /** Whether the caller's own deadline or cancellation ended the call. */
  static boolean isOwnEnd(Status status) {
    return status.equals(Status.DEADLINE_EXCEEDED) || status.equals(Status.CANCELLED);
  }

  static boolean isKnown(String text) {
    return KNOWN.contains(text);
  }

  public Status status() {
    return status;
  }

  public Code code() {
    return status.code();
  }
}
