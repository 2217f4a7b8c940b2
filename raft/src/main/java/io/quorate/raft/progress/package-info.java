/**
 * What a leader knows of each node's log, and how fast it may send: probe, replicate, snapshot.
 * Imports {@code raft.message}, {@code raft.quorum}, {@code raft.confchange}. Start at {@link
 * io.quorate.raft.progress.Progress}.
 */
@NullMarked
package io.quorate.raft.progress;

import org.jspecify.annotations.NullMarked;
