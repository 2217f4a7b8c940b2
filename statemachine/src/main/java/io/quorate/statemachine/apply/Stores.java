package io.quorate.statemachine.apply;

import io.quorate.backend.Backend;
import io.quorate.mvcc.MvccStore;
import io.quorate.statemachine.alarm.AlarmStore;
import io.quorate.statemachine.auth.AuthStore;
import io.quorate.statemachine.lease.Lessor;
import io.quorate.statemachine.membership.Membership;

/** Everything that entries change. All in one file, so in one transaction. */
public record Stores(
    Backend backend,
    MvccStore mvcc,
    Lessor lessor,
    AlarmStore alarms,
    AuthStore auth,
    Membership membership) {}
