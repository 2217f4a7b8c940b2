package io.quorate.raft.message;

/** One step of a {@link ConfChangeV2}. A node id of 0 makes it void. */
public record ConfChangeSingle(ConfChangeType type, long nodeId) {}
