package io.quorate.raft.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.raft.message.Unsigned;
import io.quorate.raft.quorum.Ballots;
import io.quorate.raft.quorum.IdSet;
import io.quorate.raft.quorum.JointQuorum;
import io.quorate.raft.quorum.MajorityQuorum;
import io.quorate.raft.quorum.VoteResult;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;

/** {@code committed} and {@code vote} over given quorums (spec/raft.md 10.2). */
final class QuorumTranscript {
  String handle(Directive directive) {
    List<Long> half = directive.ids("cfg");
    boolean joint = directive.arguments().containsKey("cfgj");
    List<Long> otherHalf =
        !joint || directive.text("cfgj").orElse("").equals("zero")
            ? List.of()
            : directive.ids("cfgj");
    IdSet incoming = IdSet.copyOf(half);
    IdSet outgoing = IdSet.copyOf(otherHalf);
    Set<Long> inOrder = new LinkedHashSet<>(half);
    inOrder.addAll(otherHalf);
    String key = directive.command().equals("vote") ? "votes" : "idx";
    List<String> values = directive.arguments().getOrDefault(key, List.of());
    if (values.size() != inOrder.size()) {
      return "error: mismatched input (explicit or _) for voters " + inOrder + ": " + values;
    }
    Map<Long, String> given = new HashMap<>();
    int i = 0;
    for (long id : inOrder) {
      if (!values.get(i).equals("_")) {
        given.put(id, values.get(i));
      }
      i++;
    }
    return switch (directive.command()) {
      case "vote" -> vote(incoming, outgoing, given);
      case "committed" -> committed(incoming, outgoing, given);
      default -> throw new IllegalArgumentException(directive.command());
    };
  }

  private static String vote(IdSet incoming, IdSet outgoing, Map<Long, String> given) {
    Ballots ballots =
        id ->
            switch (given.getOrDefault(id, "_")) {
              case "y" -> Ballots.Ballot.YES;
              case "n" -> Ballots.Ballot.NO;
              default -> Ballots.Ballot.MISSING;
            };
    VoteResult result = JointQuorum.of(incoming, outgoing).vote(ballots);
    assertThat(JointQuorum.of(outgoing, incoming).vote(ballots)).isEqualTo(result);
    if (outgoing.isEmpty()) {
      assertThat(new MajorityQuorum(incoming).vote(ballots)).isEqualTo(result);
      assertThat(JointQuorum.of(incoming, incoming).vote(ballots)).isEqualTo(result);
    }
    return result.toString();
  }

  private static String committed(IdSet incoming, IdSet outgoing, Map<Long, String> given) {
    Map<Long, Long> indexes = new HashMap<>();
    given.forEach((id, index) -> indexes.put(id, Long.parseUnsignedLong(index)));
    JointQuorum quorum = JointQuorum.of(incoming, outgoing);
    long index = quorum.committedIndex(id -> indexes.getOrDefault(id, 0L));
    assertThat(
            JointQuorum.of(outgoing, incoming).committedIndex(id -> indexes.getOrDefault(id, 0L)))
        .isEqualTo(index);
    if (outgoing.isEmpty()) {
      assertThat(new MajorityQuorum(incoming).committedIndex(id -> indexes.getOrDefault(id, 0L)))
          .isEqualTo(index);
      assertThat(
              JointQuorum.of(incoming, incoming).committedIndex(id -> indexes.getOrDefault(id, 0L)))
          .isEqualTo(index);
    }
    return describe(quorum.voters(), indexes)
        + (index == Unsigned.MAX ? "∞" : Unsigned.text(index));
  }

  /** How far everybody is, as bars. */
  private static String describe(IdSet voters, Map<Long, Long> indexes) {
    int n = voters.size();
    if (n == 0) {
      return "<empty majority quorum>";
    }
    List<Long> byIndex = new ArrayList<>(voters.toList());
    byIndex.sort(
        Comparator.comparing((Long id) -> indexes.getOrDefault(id, 0L))
            .thenComparing(Long::compareUnsigned));
    StringBuilder text = new StringBuilder(" ".repeat(n)).append("    idx\n");
    for (long id : voters.toList()) {
      int position = byIndex.indexOf(id);
      long index = indexes.getOrDefault(id, 0L);
      boolean ahead = position > 0 && indexes.getOrDefault(byIndex.get(position - 1), 0L) < index;
      int bar = ahead ? position : 0;
      text.append(
          indexes.containsKey(id)
              ? "x".repeat(bar) + ">" + " ".repeat(n - bar)
              : "?" + " ".repeat(n));
      text.append(String.format(" %5d    (id=%d)%n", index, id));
    }
    return text.toString();
  }
}
