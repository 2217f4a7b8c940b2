package io.quorate.server.corruption;

import static io.quorate.statemachine.membership.Member.hex;

import io.quorate.mvcc.StoredHash;
import io.quorate.node.Member;
import io.quorate.server.KeyHashes;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * The leader compares the checksums that compactions left behind on all members, every {@code
 * --compact-hash-check-time}, the newest first: gate CompactHashCheck. Cheap, for nothing is walked
 * but by a member that has forgotten its own.
 *
 * <p>Who holds what most of all members hold is right. A hash that all have ends the matter up to
 * its revision; one that some could not be asked for leaves it to the next older.
 */
final class CompactionCheck {
  /** An alarm that names no member: it cannot be told who is wrong. */
  private static final long NOBODY_IN_PARTICULAR = 0;

  private final Member member;
  private final KeyHashes hashes;
  private final Logger log;
  // Up to which revision all members agreed. One run at a time.
  private long verifiedRevision;

  CompactionCheck(Member member, KeyHashes hashes, Logger log) {
    this.member = member;
    this.hashes = hashes;
    this.log = log;
  }

  /** Whom alarms are for. */
  CompletableFuture<List<Long>> run() {
    log.atInfo()
        .addKeyValue("local-member-id", hex(member.options().memberId()))
        .addKeyValue("timeout", member.options().requestTimeout())
        .log("starting compact hash check");
    List<StoredHash> news =
        hashes.ofCompactions().stream().filter(hash -> hash.revision() > verifiedRevision).toList();
    return check(news, 0);
  }

  private CompletableFuture<List<Long>> check(List<StoredHash> news, int next) {
    if (next == news.size()) {
      return CompletableFuture.completedFuture(finished(next, List.of()));
    }
    StoredHash ours = news.get(next);
    return PeerHashes.ask(member, ours.revision())
        .thenCompose(peers -> {
          var holders = new LinkedHashMap<Integer, List<Long>>();
          holders.put(ours.hash(), new ArrayList<>(List.of(member.options().memberId())));
          int checked = gather(ours, peers, holders);
          if (holders.size() > 1) {
            List<Long> corrupt = mismatch(ours, peers.answers().size() + 1, holders);
            return CompletableFuture.completedFuture(finished(next + 1, corrupt));
          }
          if (checked == peers.answers().size()) {
            log.atInfo()
                .addKeyValue("number-of-peers-checked", checked)
                .addKeyValue("revision", ours.revision())
                .addKeyValue("compactRevision", ours.compactRevision())
                .log("successfully checked hash on whole cluster");
            verifiedRevision = ours.revision();
            return CompletableFuture.completedFuture(finished(next + 1, List.of()));
          }
          log.atWarn()
              .addKeyValue("number-of-peers-checked", checked)
              .addKeyValue("number-of-peers", peers.answers().size())
              .addKeyValue("revision", ours.revision())
              .addKeyValue("compactRevision", ours.compactRevision())
              .log("skipped revision in compaction hash check; was not able to check all peers");
          return check(news, next + 1);
        });
  }

  private List<Long> finished(int checked, List<Long> corrupt) {
    log.atInfo()
        .addKeyValue("number-of-hashes-checked", checked)
        .log("finished compaction hash check");
    return corrupt;
  }

  /** Adds the peers whose hash can be compared to those who hold it, and returns how many. */
  private int gather(StoredHash ours, PeerHashes peers, Map<Integer, List<Long>> holders) {
    int checked = 0;
    for (PeerHashes.Answer peer : peers.answers()) {
      if (peer.hash().isEmpty()) {
        skipped(peers, peer, "no response");
      } else if (peer.hash().get().compactRevision() != ours.compactRevision()) {
        skipped(
            peers,
            peer,
            "the peer's CompactRevision %d doesn't match leader's CompactRevision %d"
                .formatted(peer.hash().get().compactRevision(), ours.compactRevision()));
      } else {
        checked++;
        holders
            .computeIfAbsent(peer.hash().get().hash(), hash -> new ArrayList<>())
            .add(peer.peer().id());
      }
    }
    return checked;
  }

  private void skipped(PeerHashes peers, PeerHashes.Answer peer, String reason) {
    log.atWarn()
        .addKeyValue("number-of-peers", peers.answers().size())
        .addKeyValue("leader-id", hex(member.options().memberId()))
        .addKeyValue("peer-id", hex(peer.peer().id()))
        .addKeyValue("reason", reason)
        .log("Skipped peer's hash");
  }

  private List<Long> mismatch(StoredHash ours, int members, Map<Integer, List<Long>> holders) {
    boolean majority = holders.values().stream().anyMatch(ids -> ids.size() >= members / 2 + 1);
    var corrupt = new ArrayList<Long>();
    if (!majority) {
      log.atError()
          .addKeyValue("leader-id", hex(member.options().memberId()))
          .addKeyValue("leader-revision", ours.revision())
          .addKeyValue("leader-compact-revision", ours.compactRevision())
          .addKeyValue("leader-hash", Integer.toUnsignedLong(ours.hash()))
          .log(
              "Detected compaction hash mismatch but cannot identify the corrupted members, so"
                  + " intentionally set the memberID as 0");
      corrupt.add(NOBODY_IN_PARTICULAR);
    }
    holders.forEach((hash, ids) -> {
      if (ids.size() >= members / 2 + 1) {
        return;
      }
      log.atError()
          .addKeyValue("leader-id", hex(member.options().memberId()))
          .addKeyValue("leader-revision", ours.revision())
          .addKeyValue("leader-compact-revision", ours.compactRevision())
          .addKeyValue("leader-hash", Integer.toUnsignedLong(ours.hash()))
          .addKeyValue("peer-hash", Integer.toUnsignedLong(hash))
          .addKeyValue("peer-ids", ids.stream().map(id -> hex(id)).collect(Collectors.joining(",")))
          .addKeyValue("quorum-exist", majority)
          .log("Detected compaction hash mismatch");
      if (majority) {
        corrupt.addAll(ids);
      }
    });
    return corrupt;
  }
}
