package io.quorate.server.corruption;

import io.quorate.node.Member;
import io.quorate.node.port.OtherMembers.PeerHash;
import io.quorate.server.KeyHashes;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * A member that was here before compares its keys with those of its peers, before it serves
 * anybody: gate InitialCorruptCheck. Peers that cannot say are no reason to stay away.
 */
public final class InitialCheck {
  private final Member member;
  private final KeyHashes hashes;
  private final Logger log;

  public InitialCheck(Member member, KeyHashes hashes, Logger log) {
    this.member = member;
    this.hashes = hashes;
    this.log = log;
  }

  /** Whether no peer has other keys at the same revisions. */
  public CompletableFuture<Boolean> passes() {
    line(log.atInfo())
        .addKeyValue("timeout", member.options().requestTimeout())
        .log("starting initial corruption check");
    return hashes
        .at(0)
        .thenCompose(ours ->
            PeerHashes.ask(member, ours.hashRevision())
                .thenApply(peers -> {
                  boolean same = true;
                  for (PeerHashes.Answer peer : peers.answers()) {
                    same &= agrees(ours, peer);
                  }
                  if (same) {
                    line(log.atInfo()).log("initial corruption checking passed; no corruption");
                  }
                  return same;
                }));
  }

  private boolean agrees(PeerHash ours, PeerHashes.Answer peer) {
    if (peer.hash().isEmpty()) {
      peer.problem()
          .ifPresent(problem -> {
            switch (problem.reason()) {
              case FUTURE -> without(ours, peer).log("cannot fetch hash from slow remote peer");
              case COMPACTED ->
                  without(ours, peer)
                      .log("cannot fetch hash from remote peer; local member is behind");
              case OTHER_CLUSTER -> without(ours, peer).log("cluster ID mismatch");
              case UNKNOWN -> {
                // Said already where it was asked.
              }
            }
          });
      return true;
    }
    PeerHash theirs = peer.hash().get();
    if (theirs.hash() == ours.hash()) {
      return true;
    }
    if (theirs.compactRevision() == ours.compactRevision()) {
      with(ours, peer, theirs).log("found different hash values from remote peer");
      return false;
    }
    with(ours, peer, theirs).log("found different compact revision values from remote peer");
    return true;
  }

  private LoggingEventBuilder line(LoggingEventBuilder at) {
    return at.addKeyValue("local-member-id", Long.toHexString(member.options().memberId()));
  }

  private LoggingEventBuilder ours(PeerHash ours) {
    return line(log.atWarn())
        .addKeyValue("local-member-revision", ours.hashRevision())
        .addKeyValue("local-member-compact-revision", ours.compactRevision())
        .addKeyValue("local-member-hash", Integer.toUnsignedLong(ours.hash()));
  }

  private LoggingEventBuilder without(PeerHash ours, PeerHashes.Answer peer) {
    return ours(ours)
        .addKeyValue("remote-peer-id", Long.toHexString(peer.peer().id()))
        .addKeyValue("remote-peer-endpoints", peer.peer().peerUrls());
  }

  /** An answer names nobody: its header has a revision only, and so etcd's line says 0. */
  private LoggingEventBuilder with(PeerHash ours, PeerHashes.Answer peer, PeerHash theirs) {
    return ours(ours)
        .addKeyValue("remote-peer-id", "0")
        .addKeyValue("remote-peer-endpoints", peer.peer().peerUrls())
        .addKeyValue("remote-peer-revision", theirs.currentRevision())
        .addKeyValue("remote-peer-compact-revision", theirs.compactRevision())
        .addKeyValue("remote-peer-hash", Integer.toUnsignedLong(theirs.hash()));
  }
}
