/**
 * Leases as every member agrees on them: id, TTL, what is left of it, the keys attached. No time:
 * when a lease runs out is the leader's business ({@code node.duty}). Nothing here deletes keys;
 * {@code apply} does. Written by {@code apply} only. Imports {@code backend}. Start at {@link
 * io.quorate.statemachine.lease.Lessor}.
 */
@NullMarked
package io.quorate.statemachine.lease;

import org.jspecify.annotations.NullMarked;
