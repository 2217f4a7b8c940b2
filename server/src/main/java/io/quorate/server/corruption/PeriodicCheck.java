package io.quorate.server.corruption;

import io.quorate.node.Member;
import io.quorate.node.port.OtherMembers.PeerHash;
import io.quorate.server.KeyHashes;
import java.util.OptionalLong;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/**
 * The leader's look at all keys of all members, every {@code --corrupt-check-time}.
 *
 * <pre>
 *   own hash 1 ─ peers at its revision ─ a linearizable read ─ own hash 2
 * </pre>
 *
 * What the peers have seen by the time they answer, the leader has seen at hash 2: a peer cannot be
 * ahead of it, neither with its revision nor with its compaction.
 */
final class PeriodicCheck {
  private final Member member;
  private final KeyHashes hashes;
  private final Logger log;

  PeriodicCheck(Member member, KeyHashes hashes, Logger log) {
    this.member = member;
    this.hashes = hashes;
    this.log = log;
  }

  /** Whom the alarm is for, the first of all if there are several; nobody if all is well. */
  CompletableFuture<OptionalLong> run() {
    return hashes
        .at(0)
        .thenCompose(before ->
            PeerHashes.ask(member, before.hashRevision())
                .thenCompose(peers ->
                    member
                        .linearizable()
                        .thenCompose(read -> hashes.at(0))
                        .thenApply(after -> compare(before, after, peers))));
  }

  private OptionalLong compare(PeerHash before, PeerHash after, PeerHashes peers) {
    OptionalLong corrupt = OptionalLong.empty();
    if (before.hash() != after.hash()
        && before.hashRevision() == after.hashRevision()
        && before.compactRevision() == after.compactRevision()) {
      log.atWarn()
          .addKeyValue("revision-1", before.hashRevision())
          .addKeyValue("compact-revision-1", before.compactRevision())
          .addKeyValue("hash-1", Integer.toUnsignedLong(before.hash()))
          .addKeyValue("revision-2", after.hashRevision())
          .addKeyValue("compact-revision-2", after.compactRevision())
          .addKeyValue("hash-2", Integer.toUnsignedLong(after.hash()))
          .log("found hash mismatch");
      corrupt = OptionalLong.of(member.options().memberId());
    }
    int checked = 0;
    for (PeerHashes.Answer peer : peers.answers()) {
      if (peer.hash().isEmpty()) {
        continue;
      }
      checked++;
      if (isCorrupt(before, after, peer.peer().id(), peer.hash().get()) && corrupt.isEmpty()) {
        corrupt = OptionalLong.of(peer.peer().id());
      }
    }
    log.atInfo()
        .addKeyValue("number-of-peers-checked", checked)
        .log("finished peer corruption check");
    return corrupt;
  }

  private boolean isCorrupt(PeerHash before, PeerHash after, long id, PeerHash theirs) {
    boolean corrupt = false;
    if (theirs.currentRevision() > after.hashRevision()) {
      log.atWarn()
          .addKeyValue("leader-revision", after.hashRevision())
          .addKeyValue("follower-revision", theirs.currentRevision())
          .addKeyValue("follower-peer-id", Long.toHexString(id))
          .log("revision from follower must be less than or equal to leader's");
      corrupt = true;
    }
    if (theirs.compactRevision() > after.compactRevision()) {
      log.atWarn()
          .addKeyValue("leader-compact-revision", after.compactRevision())
          .addKeyValue("follower-compact-revision", theirs.compactRevision())
          .addKeyValue("follower-peer-id", Long.toHexString(id))
          .log("compact revision from follower must be less than or equal to leader's");
      corrupt = true;
    }
    if (theirs.compactRevision() == before.compactRevision() && theirs.hash() != before.hash()) {
      log.atWarn()
          .addKeyValue("leader-compact-revision", before.compactRevision())
          .addKeyValue("leader-hash", Integer.toUnsignedLong(before.hash()))
          .addKeyValue("follower-compact-revision", theirs.compactRevision())
          .addKeyValue("follower-hash", Integer.toUnsignedLong(theirs.hash()))
          .addKeyValue("follower-peer-id", Long.toHexString(id))
          .log("same compact revision then hashes must match");
      corrupt = true;
    }
    return corrupt;
  }
}
