package io.quorate.statemachine.request;

/**
 * What one entry asks of the state machine: one kind per field of InternalRaftRequest (spec/api.md
 * 4.1). Decoded by hand; the bytes a client sent are taken as they are.
 */
public sealed interface Request
    permits Range,
        Put,
        DeleteRange,
        Txn,
        Compaction,
        LeaseGrant,
        LeaseRevoke,
        LeaseCheckpoint,
        Alarm,
        AuthRequest,
        ClusterVersionSet,
        ClusterMemberAttrSet,
        DowngradeInfoSet,
        DowngradeVersionTest {

  /** Its field number in InternalRaftRequest. */
  int field();
}
