package io.quorate.raft;

import io.quorate.raft.event.RoleType;

/**
 * Who leads and what we are; worth knowing, not worth keeping.
 *
 * @param leader 0 for nobody
 */
public record SoftState(long leader, RoleType role) {}
