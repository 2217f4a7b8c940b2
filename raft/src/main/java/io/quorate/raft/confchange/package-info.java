/**
 * Who votes and who only listens, and how that changes: one voter at a time, or any number through
 * a joint configuration (thesis §4). Pure functions from one {@link
 * io.quorate.raft.confchange.Configuration} to the next. Imports {@code raft.message}, {@code
 * raft.quorum}. Start at {@link io.quorate.raft.confchange.Changer}.
 */
@NullMarked
package io.quorate.raft.confchange;

import org.jspecify.annotations.NullMarked;
