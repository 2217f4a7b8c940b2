/**
 * What a leader does beside serving: lease clock and expiry, automatic compaction, cluster version.
 * Duties only propose; what follows from a proposal happens in the state machine on every member.
 * Each is a function of time and of what it is told, polled by one thread.
 */
@NullMarked
package io.quorate.node.duty;

import org.jspecify.annotations.NullMarked;
