/**
 * The four roles of a node, each with its state and its steps, and what is common to them. What
 * only a leader knows lives in {@link io.quorate.raft.role.Leader} and is gone when it leads no
 * more. Imports the other packages of {@code raft}. Start at {@link
 * io.quorate.raft.role.Core#step}.
 */
@NullMarked
package io.quorate.raft.role;

import org.jspecify.annotations.NullMarked;
