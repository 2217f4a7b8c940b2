package io.quorate.raft;

/** Opens what only tests may do to a node. */
public final class NodeForTests {
  private NodeForTests() {}

  public static void overrideElectionTimeout(RawNode node, int ticks) {
    node.overrideElectionTimeout(ticks);
  }
}
