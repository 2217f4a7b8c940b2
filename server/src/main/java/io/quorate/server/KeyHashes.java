package io.quorate.server;

import io.quorate.mvcc.HashWalk;
import io.quorate.mvcc.StoredHash;
import io.quorate.node.Member;
import io.quorate.node.port.OtherMembers.PeerHash;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** A member's checksums of all keys, walked in slices on {@code etcd-read}. Any thread. */
public final class KeyHashes {
  private static final int SLICE = 1000;

  private final Member member;
  private final ReadPool reads;

  public KeyHashes(Member member, ReadPool reads) {
    this.member = member;
    this.reads = reads;
  }

  /**
   * The checksum at {@code revision} (0: the current one). Fails with an {@link
   * io.quorate.mvcc.MvccException} where that is compacted or still to come.
   */
  public CompletableFuture<PeerHash> at(long revision) {
    var answer = new CompletableFuture<PeerHash>();
    HashWalk walk;
    try {
      walk = member.stores().mvcc().hashByRevision(revision);
    } catch (RuntimeException e) {
      answer.completeExceptionally(e);
      return answer;
    }
    // What a compaction left behind is there at once.
    if (isDone(walk, 0, answer)) {
      return answer;
    }
    reads.run(
        () -> isDone(walk, SLICE, answer),
        failure -> {
          walk.close();
          answer.completeExceptionally(failure);
        });
    return answer;
  }

  private static boolean isDone(HashWalk walk, int records, CompletableFuture<PeerHash> answer) {
    if (!walk.step(records)) {
      return false;
    }
    try (walk) {
      StoredHash hash = walk.result();
      answer.complete(
          new PeerHash(
              hash.hash(), hash.compactRevision(), hash.revision(), walk.currentRevision()));
    }
    return true;
  }

  /** Those that compactions left behind, the newest first. */
  public List<StoredHash> ofCompactions() {
    return member.stores().mvcc().storedHashes();
  }
}
