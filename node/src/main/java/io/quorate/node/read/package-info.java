/**
 * Linearizable reads without a log entry: one ReadIndex round serves all that wait (thesis section
 * 6.4). Runs inside the raft loop. Start at {@link ReadRounds}.
 */
@NullMarked
package io.quorate.node.read;

import org.jspecify.annotations.NullMarked;
