package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.RevisionKey;
import java.nio.file.Path;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A database from the leader takes the place of one that is being compacted. */
class ReloadTest {
  private static final Path RECEIVED = OneStore.FILE.resolveSibling("0000000000000010.snap.db");

  private final OneStore follower = new OneStore();

  /** Six puts: revisions 2 to 7. */
  private static void begin(OneStore member) {
    for (int i = 0; i < 6; i++) {
      member.put("key" + i % 2, "value " + i);
    }
    member.settle();
  }

  /** The file of a leader that was compacted at 5 and then at 9, and is at revision 12. */
  private static byte[] ofTheLeader() {
    OneStore leader = new OneStore();
    begin(leader);
    leader.settle(leader.compact(5));
    for (int i = 0; i < 5; i++) {
      leader.put("key" + i % 2, "later value " + i);
    }
    leader.settle(leader.compact(9));
    leader.close();
    return leader.disk.contents(OneStore.FILE);
  }

  private void receive() {
    follower.disk.put(RECEIVED, ofTheLeader());
    CompletableFuture<Void> switched = follower.backend.reload(RECEIVED);
    while (!switched.isDone()) {
      follower.turn(false);
    }
    follower.turn(false); // the backend thread need not wait for the apply thread
    follower.backend.reloaded();
    follower.store.reload((key, lease) -> {});
  }

  /** {@code compaction}, of revision 5, is void: all is as the leader had it. */
  private void checkUntouchedBy(CompletableFuture<Void> compaction) {
    follower.settle();
    assertThat(compaction).isCancelled();
    assertThat(follower.store.revision()).isEqualTo(12);
    assertThat(follower.store.compactedRevision()).isEqualTo(9);
    assertThat(follower.backend.get(BucketName.META, MetaKey.FINISHED_COMPACTION.bytes()))
        .hasValue(RevisionKey.encode(9, 0, false));
    assertThat(follower.store.storedHashes()).isEmpty();
    follower.close();
    assertThat(follower.disk.openFiles()).isEmpty();
  }

  @Test
  void aCompactionThatWaitsForACommitOfTheOldFileIsVoid() {
    begin(follower);
    CompletableFuture<Void> compaction = follower.compact(5);
    follower.turn(true); // its index half is done, the buffer sealed
    receive();
    checkUntouchedBy(compaction);
  }

  @Test
  void aCompactionWhoseCommitWasNotEvenSealedIsVoid() {
    begin(follower);
    CompletableFuture<Void> compaction = follower.compact(5);
    follower.store.pollCompaction();
    receive();
    checkUntouchedBy(compaction);
  }

  @Test
  void aCompactionThatIsScheduledIsVoid() {
    begin(follower);
    CompletableFuture<Void> compaction = follower.compact(5);
    follower.turn(true);
    follower.turn(false); // the buffer is on the disk, the records are next
    receive();
    checkUntouchedBy(compaction);
  }
}
