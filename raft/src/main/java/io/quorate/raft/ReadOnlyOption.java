package io.quorate.raft;

/** How a leader makes sure that it still leads before it answers a ReadIndex. */
public enum ReadOnlyOption {
  /** It asks a quorum (thesis §6.4). */
  SAFE,
  /** It trusts its lease, which bounded clock drift must protect (thesis §6.4.1). */
  LEASE_BASED
}
