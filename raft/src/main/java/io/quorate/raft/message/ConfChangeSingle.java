package io.quorate.raft.message;

/** One step of a {@link ConfChangeV2}. A node id of 0 makes it void. */
public record ConfChangeSingle(ConfChangeType type, long nodeId) {
  /** As in etcd's logs: {@code {ConfChangeAddNode 3}}. */
  @Override
  public String toString() {
    return "{" + type + " " + Unsigned.text(nodeId) + "}";
  }
}
