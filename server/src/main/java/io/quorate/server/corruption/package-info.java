/**
 * Whether all members hold the same keys (spec/peer.md 11): at a member's start, from time to time,
 * and after compactions. What differs raises the CORRUPT alarm, which the state machine of every
 * member heeds. Start at {@link io.quorate.server.corruption.CorruptionWatch}.
 */
@NullMarked
package io.quorate.server.corruption;

import org.jspecify.annotations.NullMarked;
