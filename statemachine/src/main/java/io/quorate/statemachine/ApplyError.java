package io.quorate.statemachine;

import io.quorate.statemachine.auth.AuthError;
import io.quorate.statemachine.membership.MembershipError;

/**
 * Why a committed request had no effect (or, for {@link NoSpace}, is answered as if). Ordinary
 * input; {@code server} has the words.
 */
public sealed interface ApplyError {
  /** A put with ignore_value or ignore_lease of a key that does not exist. */
  record KeyNotFound() implements ApplyError {}

  record LeaseNotFound(long id) implements ApplyError {}

  record LeaseExists(long id) implements ApplyError {}

  record LeaseTtlTooLarge(long ttlSeconds) implements ApplyError {}

  /** A revision below (for a compaction: not above) the compacted one. */
  record Compacted(long revision, long compactedRevision) implements ApplyError {}

  record FutureRevision(long revision, long currentRevision) implements ApplyError {}

  /**
   * The database is full.
   *
   * @param raiseAlarm no NOSPACE alarm is on yet: the member proposes one for itself before it
   *     answers
   */
  record NoSpace(boolean raiseAlarm) implements ApplyError {}

  /** A CORRUPT alarm is on. */
  record CorruptCluster() implements ApplyError {}

  /** An alarm action that no version knows. */
  record UnknownAlarmAction(int action) implements ApplyError {}

  record Membership(MembershipError reason) implements ApplyError {}

  /** The caller may not, or a request to users and roles makes no sense. */
  record Auth(AuthError reason) implements ApplyError {}

  /** Only an administrator may ask this at all; the request itself was not looked at. */
  record NotAdmin(AuthError reason) implements ApplyError {}
}
