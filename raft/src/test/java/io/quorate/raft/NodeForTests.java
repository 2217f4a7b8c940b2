package io.quorate.raft;

import java.util.OptionalLong;

/** Opens what only tests may do to a node. */
public final class NodeForTests {
  private NodeForTests() {}

  public static void overrideElectionTimeout(RawNode node, int ticks) {
    node.overrideElectionTimeout(ticks);
  }

  /** The term of the entry at {@code index} in the node's log; empty where it has none. */
  public static OptionalLong logTerm(RawNode node, long index) {
    return node.core().log().term(index);
  }

  public static long firstIndex(RawNode node) {
    return node.core().log().firstIndex();
  }

  public static long lastIndex(RawNode node) {
    return node.core().log().lastIndex();
  }
}
