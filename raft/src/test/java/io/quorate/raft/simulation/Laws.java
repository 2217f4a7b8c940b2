package io.quorate.raft.simulation;

import io.quorate.raft.NodeForTests;
import io.quorate.raft.RawNode;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.EntryId;
import io.quorate.raft.message.Message;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;

/**
 * What must hold whatever happens (thesis figure 3.2, spec/raft.md 11.1), checked against a memory
 * of everything that was ever seen. A violation names its law and shows both sides.
 */
final class Laws {
  /** Of every entry ever written: the term of the one before it, and the entry. */
  private record Written(long previousTerm, Entry entry, long member) {}

  /** An entry, and a term in which it certainly was committed. */
  private record Committed(Entry entry, long term) {}

  private final Map<Long, Long> leaders = new HashMap<>();
  private final Map<EntryId, Written> written = new HashMap<>();
  private final TreeMap<Long, Committed> committed = new TreeMap<>();
  private final Map<Long, Map<Long, Long>> votes = new HashMap<>();
  private final Map<Long, Long> terms = new HashMap<>();
  private long greatestCommit;

  long greatestCommit() {
    return greatestCommit;
  }

  int committedCount() {
    return committed.size();
  }

  /** A member starts from its disk, which may not know the latest term it was in. */
  void started(long member, long durableTerm) {
    terms.put(member, durableTerm);
  }

  /** After every event, for the member it happened to. */
  void check(RawNode node) {
    long id = node.id();
    if (node.term() < terms.getOrDefault(id, 0L)) {
      throw broken(
          "Terms never go back", id + " went from " + terms.get(id) + " to " + node.term());
    }
    terms.put(id, node.term());
    if (node.committed() > NodeForTests.lastIndex(node) || node.applied() > node.committed()) {
      throw broken(
          "applied <= committed <= last",
          id
              + ": "
              + node.applied()
              + ", "
              + node.committed()
              + ", "
              + NodeForTests.lastIndex(node));
    }
    if (node.role() == RoleType.LEADER) {
      checkLeader(node);
    }
    greatestCommit = Math.max(greatestCommit, node.committed());
  }

  private void checkLeader(RawNode node) {
    Long before = leaders.putIfAbsent(node.term(), node.id());
    if (before == null) {
      checkCompleteness(node);
    } else if (before != node.id()) {
      throw broken(
          "Election safety",
          "both " + before + " and " + node.id() + " lead in term " + node.term());
    }
  }

  private void checkCompleteness(RawNode leader) {
    for (Committed known : committed.tailMap(NodeForTests.firstIndex(leader)).values()) {
      // Late votes may still make a leader of an earlier term; it can do no harm any more.
      if (known.term() >= leader.term()) {
        continue;
      }
      Entry entry = known.entry();
      OptionalLong term = NodeForTests.logTerm(leader, entry.index());
      if (term.isEmpty() || term.getAsLong() != entry.term()) {
        throw broken(
            "Leader completeness",
            entry
                + " is committed; the leader of term "
                + leader.term()
                + ", "
                + leader.id()
                + ", has "
                + term);
      }
    }
  }

  /** A member has written an entry behind one of {@code previousTerm}. */
  void wrote(long member, long previousTerm, Entry entry) {
    Written now = new Written(previousTerm, entry, member);
    Written before = written.putIfAbsent(EntryId.of(entry), now);
    if (before != null
        && (before.previousTerm() != previousTerm || !before.entry().equals(entry))) {
      throw broken(
          "Log matching",
          before.member() + " has " + text(before) + ", " + member + " has " + text(now));
    }
  }

  private static String text(Written written) {
    return written.entry()
        + " "
        + Arrays.toString(written.entry().data())
        + " behind term "
        + written.previousTerm();
  }

  /** A member applies an entry, being in {@code term}. */
  void applied(long member, long term, Entry entry) {
    Committed before = committed.putIfAbsent(entry.index(), new Committed(entry, term));
    if (before != null && !before.entry().equals(entry)) {
      throw broken(
          "State machine safety", before.entry() + " was applied, " + member + " applies " + entry);
    }
  }

  /** A message leaves a member whose disk holds entries up to {@code durableIndex}. */
  void sent(Message message, long durableIndex, long durableTerm) {
    switch (message) {
      case Message.VoteResponse r when !r.reject() -> {
        Long before =
            votes.computeIfAbsent(r.from(), _ -> new HashMap<>()).putIfAbsent(r.term(), r.to());
        if (before != null && before != r.to()) {
          throw broken(
              "One vote in a term",
              r.from() + " voted for " + before + " and " + r.to() + " in term " + r.term());
        }
        if (durableTerm < r.term()) {
          throw broken("No vote before it is durable", r.toString());
        }
      }
      // One of an earlier term may be late: what it spoke of was durable, and may be overwritten.
      case Message.AppendResponse r
          when !r.reject() && r.term() >= durableTerm && durableIndex < r.index() ->
          throw broken(
              "No acknowledgement before durability", r + " with " + durableIndex + " on disk");
      case Message.Append a
          when !a.entries().isEmpty()
              && a.entries().getFirst().index() != a.previous().index() + 1 ->
          throw broken("Entries follow the previous one", a.toString());
      default -> {}
    }
  }

  /** A read that came when {@code wanted} was committed may be served at {@code index}. */
  void answered(long wanted, long index) {
    if (index < wanted) {
      throw broken(
          "Linearizable reads", "read at " + index + " although " + wanted + " was committed");
    }
  }

  static AssertionError broken(String law, String evidence) {
    return new AssertionError(law + " broken: " + evidence);
  }
}
