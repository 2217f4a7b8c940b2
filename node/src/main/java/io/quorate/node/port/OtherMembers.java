package io.quorate.node.port;

import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.Version;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/** What a member asks of the others while it runs, also on behalf of clients when another leads. */
public interface OtherMembers {
  /** Nobody answers. */
  OtherMembers NONE =
      new OtherMembers() {
        @Override
        public CompletableFuture<Optional<Versions>> versions(Member member) {
          return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<Optional<Boolean>> downgradeEnabled(Member member) {
          return CompletableFuture.completedFuture(Optional.empty());
        }

        @Override
        public CompletableFuture<Long> renew(Supplier<List<String>> leader, long leaseId) {
          return CompletableFuture.failedFuture(new UnsupportedOperationException("alone"));
        }

        @Override
        public CompletableFuture<LeaseTime> timeToLive(
            Supplier<List<String>> leader, long leaseId, boolean withKeys) {
          return CompletableFuture.failedFuture(new UnsupportedOperationException("alone"));
        }

        @Override
        public CompletableFuture<List<Member>> promote(
            Supplier<List<String>> leader, long memberId, Optional<String> token) {
          return CompletableFuture.failedFuture(new UnsupportedOperationException("alone"));
        }

        @Override
        public CompletableFuture<PeerHash> hash(Member member, long revision) {
          return CompletableFuture.failedFuture(new UnsupportedOperationException("alone"));
        }
      };

  /**
   * What a member says of itself ({@code GET /version}).
   *
   * @param server empty if it says what is none
   * @param cluster empty until it is decided
   */
  record Versions(Optional<Version> server, Optional<Version> cluster) {}

  /**
   * The time of a lease, as its leader keeps it.
   *
   * @param ttlSeconds left; -1 if the lease is unknown
   * @param keys as far as they were asked for
   */
  record LeaseTime(long ttlSeconds, long grantedSeconds, List<byte[]> keys) {}

  /** A member's checksum of all keys at a revision. */
  record PeerHash(int hash, long compactRevision, long hashRevision, long currentRevision) {}

  /** Why a member gave no checksum. */
  final class NoHashException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    /** What can be told of it. */
    public enum Reason {
      COMPACTED,
      /** It has not come to that revision yet. */
      FUTURE,
      OTHER_CLUSTER,
      /** It did not answer, or in other words. */
      UNKNOWN
    }

    private final Reason reason;

    public NoHashException(Reason reason, String text) {
      super(text, null, false, false);
      this.reason = reason;
    }

    /** What {@code failure} says, whatever it is. */
    public static NoHashException of(Throwable failure) {
      Throwable cause = failure.getCause() == null ? failure : failure.getCause();
      return cause instanceof NoHashException known
          ? known
          : new NoHashException(Reason.UNKNOWN, String.valueOf(cause.getMessage()));
    }

    public Reason reason() {
      return reason;
    }
  }

  /** Empty if {@code member} does not answer in time, or with something else. */
  CompletableFuture<Optional<Versions>> versions(Member member);

  /** Whether {@code member} knows of a downgrade under way; empty if it does not say. */
  CompletableFuture<Optional<Boolean>> downgradeEnabled(Member member);

  /**
   * Has the leader renew a lease (spec/peer.md 10).
   *
   * @param leader the peer URLs of who leads at the moment; empty if nobody does
   * @return the new time to live in seconds, 0 if the lease is unknown
   */
  CompletableFuture<Long> renew(Supplier<List<String>> leader, long leaseId);

  /** Asks the leader for the time of a lease. */
  CompletableFuture<LeaseTime> timeToLive(
      Supplier<List<String>> leader, long leaseId, boolean withKeys);

  /**
   * Has the leader promote a learner.
   *
   * @param token of whoever asked this member for it: the leader looks at the rights itself
   * @return the members as the leader knows them then; this one may not have come so far
   */
  CompletableFuture<List<Member>> promote(
      Supplier<List<String>> leader, long memberId, Optional<String> token);

  /** Fails with a {@link NoHashException} if {@code member} has no such checksum. */
  CompletableFuture<PeerHash> hash(Member member, long revision);
}
