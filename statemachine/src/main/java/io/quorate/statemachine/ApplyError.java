package io.quorate.statemachine;

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

  /** A request to users, roles or auth, which this version does not have yet. */
  record AuthNotSupported() implements ApplyError {}
}
