/**
 * One node's log: what storage holds, followed by what is not yet durable, with the cursors {@code
 * applied ≤ applying ≤ committed ≤ last}. Imports {@code raft.message}, {@code raft.codec} (sizes),
 * {@code raft.event}. Start at {@link io.quorate.raft.log.RaftLog}; {@link
 * io.quorate.raft.log.Storage} is the port to the stable part.
 */
@NullMarked
package io.quorate.raft.log;

import org.jspecify.annotations.NullMarked;
