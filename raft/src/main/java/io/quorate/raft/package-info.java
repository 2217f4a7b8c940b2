/**
 * Consensus as arithmetic: messages in, {@link io.quorate.raft.Ready} out. No I/O, no clock, no
 * thread, no logger, nothing of ours imported. All ids, terms and indexes are unsigned 64-bit.
 */
@NullMarked
package io.quorate.raft;

import org.jspecify.annotations.NullMarked;
