/**
 * What a member starts from: the data directory it finds, or the cluster it founds (spec/storage.md
 * 6, spec/peer.md 6). Runs once, before the loops, on the starting thread. May import {@code wal},
 * {@code backend}, {@code statemachine.membership} and {@code raft.message}. Start at {@link
 * Recovery}.
 */
@NullMarked
package io.quorate.node.recovery;

import org.jspecify.annotations.NullMarked;
