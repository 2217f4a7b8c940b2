package io.quorate.statemachine;

import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.membership.Member;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** The answer to one committed request. */
public sealed interface Outcome
    permits OpResult,
        AuthResult,
        Outcome.Refused,
        Outcome.Done,
        Outcome.PassedOver,
        Outcome.Compaction,
        Outcome.LeaseGranted,
        Outcome.LeaseRevoked,
        Outcome.Alarms,
        Outcome.Members {
  /** For the header of the answer: the store's revision after the request. */
  long revision();

  /** It had no effect. */
  record Refused(long revision, ApplyError error) implements Outcome {}

  /** It is done, and there is nothing more to say. */
  record Done(long revision) implements Outcome {}

  /** Nobody waits on this member and it changes nothing: it was not even looked at. */
  record PassedOver(long revision) implements Outcome {}

  /**
   * A compaction.
   *
   * @param error why it was refused
   * @param running completes when no compaction runs any more; an answer to a physical one, be it
   *     done or refused as compacted, waits for it and then for a commit
   */
  record Compaction(
      long revision, Optional<ApplyError> error, boolean physical, CompletableFuture<Void> running)
      implements Outcome {}

  record LeaseGranted(long revision, long id, long ttlSeconds) implements Outcome {}

  record LeaseRevoked(long revision) implements Outcome {}

  record Alarms(long revision, List<ActiveAlarm> alarms) implements Outcome {}

  /** A change of the membership: all members after it. */
  record Members(long revision, List<Member> members) implements Outcome {}
}
