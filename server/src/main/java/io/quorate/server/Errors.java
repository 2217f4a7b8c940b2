package io.quorate.server;

import io.quorate.mvcc.MvccException;
import io.quorate.node.NodeException;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.auth.AuthError;
import io.quorate.statemachine.membership.MembershipError;
import io.quorate.statemachine.request.RequestError;
import java.util.Optional;
import java.util.concurrent.CompletionException;

/**
 * The one place where errors get their words. The texts are wire format: clients match on them
 * (spec/api.md 14).
 */
public final class Errors {
  public static final Status COMPACTED =
      etcd(Code.OUT_OF_RANGE, "mvcc: required revision has been compacted");
  public static final Status FUTURE_REVISION =
      etcd(Code.OUT_OF_RANGE, "mvcc: required revision is a future revision");
  public static final Status NO_SPACE =
      etcd(Code.RESOURCE_EXHAUSTED, "mvcc: database space exceeded");
  public static final Status KEY_NOT_PROVIDED = etcd(Code.INVALID_ARGUMENT, "key is not provided");
  public static final Status LEASE_NOT_FOUND = etcd(Code.NOT_FOUND, "requested lease not found");
  public static final Status NO_LEADER = etcd(Code.UNAVAILABLE, "no leader");
  public static final Status NOT_LEADER = etcd(Code.FAILED_PRECONDITION, "not leader");
  public static final Status BAD_TRANSFEREE =
      etcd(Code.FAILED_PRECONDITION, "bad leader transferee");
  public static final Status NOT_CAPABLE = etcd(Code.FAILED_PRECONDITION, "not capable");
  public static final Status INVALID_API_VERSION =
      etcd(Code.INVALID_ARGUMENT, "invalid client api version");
  public static final Status NOT_FOR_LEARNER =
      etcd(Code.FAILED_PRECONDITION, "rpc not supported for learner");
  public static final Status WATCH_CANCELED = etcd(Code.CANCELLED, "watch canceled");
  public static final Status STOPPED = etcd(Code.UNAVAILABLE, "server stopped");
  public static final Status MEMBER_NOT_FOUND = etcd(Code.NOT_FOUND, "member not found");
  public static final Status INVALID_TOKEN = etcd(Code.UNAUTHENTICATED, "invalid auth token");
  public static final Status PASSWORD_TOO_LONG =
      new Status(Code.UNKNOWN, "bcrypt: password length exceeds 72 bytes");
  public static final Status BAD_MEMBER_URLS =
      etcd(Code.INVALID_ARGUMENT, "given member URLs are invalid");
  public static final Status UNHEALTHY = etcd(Code.UNAVAILABLE, "unhealthy cluster");

  private Errors() {}

  private static Status etcd(Code code, String message) {
    return new Status(code, "etcdserver: " + message);
  }

  /** A request that does not decode. */
  public static Status unmarshalling(String why) {
    return new Status(Code.INTERNAL, "grpc: error unmarshalling request: " + why);
  }

  /** A message of a stream that does not decode. */
  public static Status unmarshallingMessage(String why) {
    return new Status(Code.INTERNAL, "grpc: failed to unmarshal the received message: " + why);
  }

  /** Something that this version of Quorate does not do yet. */
  public static Status notYet(String what) {
    return new Status(
        Code.UNIMPLEMENTED, "quorate: " + what + " is not supported by this version yet");
  }

  public static Status status(RequestError error) {
    return switch (error) {
      case KEY_NOT_PROVIDED -> KEY_NOT_PROVIDED;
      case KEY_NOT_FOUND -> etcd(Code.INVALID_ARGUMENT, "key not found");
      case VALUE_PROVIDED -> etcd(Code.INVALID_ARGUMENT, "value is provided");
      case LEASE_PROVIDED -> etcd(Code.INVALID_ARGUMENT, "lease is provided");
      case INVALID_SORT_OPTION -> etcd(Code.INVALID_ARGUMENT, "invalid sort option");
      case TOO_MANY_OPERATIONS -> etcd(Code.INVALID_ARGUMENT, "too many operations in txn request");
      case DUPLICATE_KEY -> etcd(Code.INVALID_ARGUMENT, "duplicate key given in txn request");
    };
  }

  public static Status status(ApplyError error) {
    return switch (error) {
      case ApplyError.KeyNotFound e -> etcd(Code.INVALID_ARGUMENT, "key not found");
      case ApplyError.LeaseNotFound e -> LEASE_NOT_FOUND;
      case ApplyError.LeaseExists e -> etcd(Code.FAILED_PRECONDITION, "lease already exists");
      case ApplyError.LeaseTtlTooLarge e -> etcd(Code.OUT_OF_RANGE, "too large lease TTL");
      case ApplyError.Compacted e -> COMPACTED;
      case ApplyError.FutureRevision e -> FUTURE_REVISION;
      case ApplyError.NoSpace e -> NO_SPACE;
      case ApplyError.CorruptCluster e -> etcd(Code.DATA_LOSS, "corrupt cluster");
      case ApplyError.UnknownAlarmAction e ->
          new Status(Code.UNKNOWN, "etcdserver: unknown alarm action " + e.action());
      case ApplyError.Membership e -> status(e.reason());
      case ApplyError.Auth e -> status(e.reason());
      case ApplyError.NotAdmin e -> status(e.reason());
    };
  }

  public static Status status(AuthError error) {
    return switch (error) {
      case NOT_ENABLED -> etcd(Code.FAILED_PRECONDITION, "authentication is not enabled");
      case ROOT_USER_MISSING -> etcd(Code.FAILED_PRECONDITION, "root user does not exist");
      case ROOT_ROLE_MISSING -> etcd(Code.FAILED_PRECONDITION, "root user does not have root role");
      case USER_EMPTY -> etcd(Code.INVALID_ARGUMENT, "user name is empty");
      case USER_EXISTS -> etcd(Code.FAILED_PRECONDITION, "user name already exists");
      case USER_NOT_FOUND -> etcd(Code.FAILED_PRECONDITION, "user name not found");
      case ROLE_EMPTY -> etcd(Code.INVALID_ARGUMENT, "role name is empty");
      case ROLE_EXISTS -> etcd(Code.FAILED_PRECONDITION, "role name already exists");
      case ROLE_NOT_FOUND -> etcd(Code.FAILED_PRECONDITION, "role name not found");
      case ROLE_NOT_GRANTED -> etcd(Code.FAILED_PRECONDITION, "role is not granted to the user");
      case PERMISSION_NOT_GIVEN -> etcd(Code.INVALID_ARGUMENT, "permission not given");
      case PERMISSION_NOT_GRANTED ->
          etcd(Code.FAILED_PRECONDITION, "permission is not granted to the role");
      case PERMISSION_DENIED -> etcd(Code.PERMISSION_DENIED, "permission denied");
      case AUTHENTICATION_FAILED ->
          etcd(Code.INVALID_ARGUMENT, "authentication failed, invalid user ID or password");
      // Not among etcd's errors with a code: it goes out with its inner text.
      case NO_PASSWORD_USER ->
          new Status(
              Code.UNKNOWN, "auth: authentication failed, password was given for no password user");
      case INVALID_TOKEN -> INVALID_TOKEN;
      case INVALID_MANAGEMENT -> etcd(Code.INVALID_ARGUMENT, "invalid auth management");
      case OLD_REVISION -> etcd(Code.INVALID_ARGUMENT, "revision of auth store is old");
    };
  }

  /** Ends a call whose caller has no right. */
  public static void refuse(Optional<AuthError> error) {
    if (error.isPresent()) {
      throw new StatusException(status(error.get()));
    }
  }

  public static Status status(MembershipError error) {
    return switch (error) {
      case ID_REMOVED, ID_NOT_FOUND -> MEMBER_NOT_FOUND;
      case ID_EXISTS -> etcd(Code.FAILED_PRECONDITION, "member ID already exist");
      case PEER_URL_EXISTS -> etcd(Code.FAILED_PRECONDITION, "Peer URLs already exists");
      case NOT_A_LEARNER -> etcd(Code.FAILED_PRECONDITION, "can only promote a learner member");
      case TOO_MANY_LEARNERS ->
          etcd(Code.FAILED_PRECONDITION, "too many learner members in cluster");
    };
  }

  public static Status status(NodeException error) {
    return switch (error) {
      case NodeException.TooManyRequests e ->
          new Status(Code.UNKNOWN, "etcdserver: too many requests");
      case NodeException.RequestTooLarge e -> etcd(Code.INVALID_ARGUMENT, "request is too large");
      case NodeException.Stopped e -> STOPPED;
      case NodeException.NotProposed e ->
          new Status(Code.DEADLINE_EXCEEDED, "context deadline exceeded");
      case NodeException.ProposalDropped e -> new Status(Code.UNKNOWN, "raft proposal dropped");
      case NodeException.Timeout e -> timeout(e.cause());
      case NodeException.LeaderChanged e -> etcd(Code.UNAVAILABLE, "leader changed");
      case NodeException.NoLeader e -> NO_LEADER;
      case NodeException.NotLeader e -> NOT_LEADER;
      case NodeException.BadLeaderTransferee e -> BAD_TRANSFEREE;
      case NodeException.NotPrimaryLessor e -> new Status(Code.UNKNOWN, "not a primary lessor");
      case NodeException.NotEnoughStarted e ->
          new Status(
              Code.UNKNOWN,
              "etcdserver: re-configuration failed due to not enough started members");
      case NodeException.Unhealthy e -> UNHEALTHY;
      case NodeException.LearnerNotReady e ->
          etcd(
              Code.FAILED_PRECONDITION,
              "can only promote a learner member which is in sync with leader");
      case NodeException.Membership e -> status(e.reason());
    };
  }

  private static Status timeout(NodeException.TimeoutCause cause) {
    return switch (cause) {
      case UNKNOWN -> etcd(Code.UNAVAILABLE, "request timed out");
      case LEADER_FAILURE ->
          etcd(Code.UNAVAILABLE, "request timed out, possibly due to previous leader failure");
      case CONNECTION_LOST ->
          etcd(Code.UNAVAILABLE, "request timed out, possibly due to connection lost");
      case APPLIED_INDEX ->
          etcd(Code.UNAVAILABLE, "request timed out, waiting for the applied index took too long");
      case LEADER_TRANSFER ->
          new Status(Code.UNKNOWN, "etcdserver: request timed out, leader transfer took too long");
    };
  }

  /** As Go's gRPC words a status where it stands in a text. */
  static String inGo(Status status) {
    String code =
        switch (status.code()) {
          case UNAUTHENTICATED -> "Unauthenticated";
          case INVALID_ARGUMENT -> "InvalidArgument";
          case PERMISSION_DENIED -> "PermissionDenied";
          default -> throw new AssertionError("not a refusal of auth: " + status);
        };
    return "rpc error: code = " + code + " desc = " + status.message();
  }

  /** Whatever a future failed with. */
  public static Status status(Throwable failure) {
    Throwable cause =
        failure instanceof CompletionException && failure.getCause() != null
            ? failure.getCause()
            : failure;
    return switch (cause) {
      case NodeException e -> status(e);
      case MvccException.Compacted e -> COMPACTED;
      case MvccException.FutureRevision e -> FUTURE_REVISION;
      case StatusException e -> e.status();
      default -> new Status(Code.UNKNOWN, String.valueOf(cause.getMessage()));
    };
  }
}
