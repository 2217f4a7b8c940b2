package io.quorate.raft;

import org.jspecify.annotations.Nullable;

/**
 * A node of a cluster that is bootstrapped.
 *
 * @param context goes into the entry that adds it (etcd: the member as JSON), or null
 */
public record Peer(long id, byte @Nullable [] context) {}
