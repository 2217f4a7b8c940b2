package io.quorate.node;

import io.quorate.statemachine.membership.MembershipError;

/**
 * Why a request got no result from this member. {@code server} words each once, at the edge
 * (spec/api.md 14).
 */
public abstract sealed class NodeException extends RuntimeException {
  private NodeException(String message) {
    super(message, null, false, false);
  }

  /** More than 5,000 committed entries wait to be applied. */
  public static final class TooManyRequests extends NodeException {
    public TooManyRequests() {
      super("too many requests");
    }
  }

  /** The encoded request is longer than {@code --max-request-bytes}. */
  public static final class RequestTooLarge extends NodeException {
    public RequestTooLarge() {
      super("request is too large");
    }
  }

  /** The member is stopping. */
  public static final class Stopped extends NodeException {
    public Stopped() {
      super("server stopped");
    }
  }

  /** No leader took the proposal before the deadline. */
  public static final class NotProposed extends NodeException {
    public NotProposed() {
      super("context deadline exceeded");
    }
  }

  /** Raft refused the proposal: leadership is being transferred, or too much is uncommitted. */
  public static final class ProposalDropped extends NodeException {
    public ProposalDropped() {
      super("raft proposal dropped");
    }
  }

  /** What a time-out was probably due to. */
  public enum TimeoutCause {
    UNKNOWN(""),
    LEADER_FAILURE(", possibly due to previous leader failure"),
    CONNECTION_LOST(", possibly due to connection lost"),
    APPLIED_INDEX(", waiting for the applied index took too long"),
    LEADER_TRANSFER(", leader transfer took too long");

    private final String words;

    TimeoutCause(String words) {
      this.words = words;
    }
  }

  /** No answer within the request timeout; the request may still take effect. */
  public static final class Timeout extends NodeException {
    private final TimeoutCause cause;

    public Timeout(TimeoutCause cause) {
      super("etcdserver: request timed out" + cause.words);
      this.cause = cause;
    }

    public TimeoutCause cause() {
      return cause;
    }
  }

  /** The leader changed while a linearizable read waited for its confirmation. */
  public static final class LeaderChanged extends NodeException {
    public LeaderChanged() {
      super("leader changed");
    }
  }

  /** Nobody leads. */
  public static final class NoLeader extends NodeException {
    public NoLeader() {
      super("no leader");
    }
  }

  /** This member does not lead. */
  public static final class NotLeader extends NodeException {
    public NotLeader() {
      super("not leader");
    }
  }

  /** Leadership cannot go to that member: it is unknown or a learner. */
  public static final class BadLeaderTransferee extends NodeException {
    public BadLeaderTransferee() {
      super("bad leader transferee");
    }
  }

  /** The lessor of this member does not keep the clock. */
  public static final class NotPrimaryLessor extends NodeException {
    public NotPrimaryLessor() {
      super("not a primary lessor");
    }
  }

  /** Too few members have ever started for this change of the membership. */
  public static final class NotEnoughStarted extends NodeException {
    public NotEnoughStarted() {
      super("re-configuration failed due to not enough started members");
    }
  }

  /** Too few members have been reachable for five seconds for this change of the membership. */
  public static final class Unhealthy extends NodeException {
    public Unhealthy() {
      super("unhealthy cluster");
    }
  }

  /** The learner lags too far behind the leader to become a voter. */
  public static final class LearnerNotReady extends NodeException {
    public LearnerNotReady() {
      super("can only promote a learner member which is in sync with leader");
    }
  }

  /** A change of the membership has no effect, by what is known before it is proposed. */
  public static final class Membership extends NodeException {
    private final MembershipError reason;

    public Membership(MembershipError reason) {
      super(reason.text());
      this.reason = reason;
    }

    public MembershipError reason() {
      return reason;
    }
  }
}
