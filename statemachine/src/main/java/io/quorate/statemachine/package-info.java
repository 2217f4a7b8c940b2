/**
 * A committed entry in; new state and a result out. Everything of a member that is replicated lives
 * behind this door: keys (in {@code mvcc}), leases, alarms, membership, users. The same entries
 * make the same state on every member, whatever the time, the machine or the moment of a restart.
 *
 * <p>One thread applies ({@code etcd-apply}); views are immutable and read from any. May import
 * {@code mvcc}, {@code backend}, {@code raft}, {@code gotext}, {@code io}. Start at {@link
 * io.quorate.statemachine.StateMachine}; the switch over requests is {@code apply.Applier}.
 */
@NullMarked
package io.quorate.statemachine;

import org.jspecify.annotations.NullMarked;
