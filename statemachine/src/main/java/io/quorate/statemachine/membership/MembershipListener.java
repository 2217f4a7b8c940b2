package io.quorate.statemachine.membership;

import java.util.Optional;

/** What becomes of the membership. Called on the apply thread, after the change; must not block. */
public interface MembershipListener {
  MembershipListener NONE = new MembershipListener() {};

  default void changed(MembershipView before, MembershipView after) {}

  /** A member was given peer URLs, be they those that it had. */
  default void updated(Member member) {}

  /** An old entry promotes a learner; the database knows. */
  default void promotedBefore(long id) {}

  /** Every time it is set, also to what it was. */
  default void clusterVersionSet(Optional<Version> before, Version now) {}

  /** The log of before this start says again that {@code member} was added. */
  default void addedBefore(Member member) {}

  /** The log of before this start says again that the version was set to {@code then}. */
  default void clusterVersionSetBefore(Version now, Version then) {}

  /** Everything was read anew from the store: at start, or from a received snapshot. */
  default void recovered(MembershipView view) {}
}
