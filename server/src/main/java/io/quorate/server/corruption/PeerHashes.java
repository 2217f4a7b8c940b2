package io.quorate.server.corruption;

import io.quorate.node.port.OtherMembers.NoHashException;
import io.quorate.node.port.OtherMembers.PeerHash;
import io.quorate.statemachine.membership.Member;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;

/** What the other members say of their keys at one revision, in the order of their ids. */
record PeerHashes(List<Answer> answers) {
  /** One member's word: a checksum, or why there is none. */
  record Answer(Member peer, Optional<PeerHash> hash, Optional<NoHashException> problem) {}

  /** Asks all others of {@code member} at once: one that hangs costs its time once. */
  static CompletableFuture<PeerHashes> ask(io.quorate.node.Member member, long revision) {
    CompletableFuture<List<Answer>> all = CompletableFuture.completedFuture(List.of());
    for (Member peer : member.stores().membership().view().list()) {
      if (peer.id() != member.options().memberId()) {
        all = all.thenCombine(ask(member, peer, revision), PeerHashes::and);
      }
    }
    return all.thenApply(PeerHashes::new);
  }

  private static CompletableFuture<Answer> ask(
      io.quorate.node.Member member, Member peer, long revision) {
    return member
        .others()
        .hash(peer, revision)
        .handle((hash, failure) ->
            failure == null
                ? new Answer(peer, Optional.of(hash), Optional.empty())
                : new Answer(peer, Optional.empty(), Optional.of(NoHashException.of(failure))));
  }

  private static List<Answer> and(List<Answer> before, Answer next) {
    var all = new ArrayList<>(before);
    all.add(next);
    return all;
  }
}
