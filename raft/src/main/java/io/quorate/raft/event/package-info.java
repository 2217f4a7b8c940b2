/**
 * What happens inside a node, as records for those who watch: raft itself logs nothing. Imports the
 * other packages' values. Start at {@link io.quorate.raft.event.RaftEvent}.
 */
@NullMarked
package io.quorate.raft.event;

import org.jspecify.annotations.NullMarked;
