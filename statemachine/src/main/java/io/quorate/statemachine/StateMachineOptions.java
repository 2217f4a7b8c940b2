package io.quorate.statemachine;

import io.quorate.mvcc.MvccOptions;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.membership.Membership;

/**
 * What a state machine needs to know.
 *
 * @param memberId of this member
 * @param minLeaseTtlSeconds {@link io.quorate.statemachine.lease.Lessor#minTtlSeconds}
 * @param persistLeaseCheckpoints gate LeaseCheckpointPersist: keep remaining TTLs whatever the
 *     cluster version
 * @param bcryptCost of passwords that a log of etcd 3.4 holds unhashed
 */
public record StateMachineOptions(
    long memberId,
    Quota quota,
    long minLeaseTtlSeconds,
    boolean persistLeaseCheckpoints,
    Membership.Options membership,
    MvccOptions mvcc,
    int bcryptCost) {}
