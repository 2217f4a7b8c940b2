package io.quorate.statemachine.lease;

/** What becomes of leases. Called on the apply thread, after the change; must not block. */
public interface LeaseListener {
  LeaseListener NONE = new LeaseListener() {};

  default void granted(Lease lease) {}

  default void revoked(Lease lease) {}

  default void checkpointed(Lease lease) {}

  /** All leases were read anew from the store: at start, or from a received snapshot. */
  default void recovered() {}
}
