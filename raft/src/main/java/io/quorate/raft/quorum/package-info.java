/**
 * Which index a set of voters has acknowledged, and whether an election is decided: arithmetic over
 * sets of ids, alone or two at a time (thesis §4.3). Imports {@code raft.message}. Start at {@link
 * io.quorate.raft.quorum.JointQuorum}.
 */
@NullMarked
package io.quorate.raft.quorum;

import org.jspecify.annotations.NullMarked;
