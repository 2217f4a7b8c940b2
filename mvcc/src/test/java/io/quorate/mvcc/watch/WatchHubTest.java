package io.quorate.mvcc.watch;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.mvcc.KeyRange;
import io.quorate.mvcc.KeyValueBytes;
import io.quorate.mvcc.OneStore;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Watchers one rule at a time (spec/api.md 8, spec/storage.md 3.10). */
class WatchHubTest {
  private static final KeyRange ALL = new KeyRange(new byte[] {0}, new byte[] {0});

  private final OneStore one = new OneStore();
  private final WatchHub hub = new WatchHub(one.store, WatchListener.NONE);
  private final List<WatchBatch> given = new ArrayList<>();
  private int room = Integer.MAX_VALUE;
  private final WatchChannel channel =
      batch -> {
        if (room == 0) {
          return false;
        }
        room--;
        given.add(batch);
        return true;
      };

  private Watcher watch(KeyRange range, long start) {
    return watch(range, start, false);
  }

  private Watcher watch(KeyRange range, long start, boolean previous) {
    return hub.watch(
        new WatchRequest(1, range, start, false, false, previous), channel, created -> {});
  }

  private void settle() {
    one.store.publish();
    for (int i = 0; i < 10_000; i++) {
      long due = hub.poll(one.now);
      if (due == Long.MAX_VALUE || (room == 0 && i > 100)) {
        return;
      }
      one.now = Math.max(one.now, due);
    }
    throw new AssertionError("never quiet");
  }

  private List<Long> revisions() {
    return given.stream()
        .flatMap(batch -> batch.events().stream())
        .map(WatchEvent::modRevision)
        .toList();
  }

  @Test
  void aPutAnsweredBeforeTheWatchIsNoEventOfIt() {
    one.put("a", "1");
    one.store.publish();
    watch(ALL, 0);
    one.put("a", "2");
    settle();
    assertThat(revisions()).containsExactly(3L);
    assertThat(given.getFirst().revision()).isEqualTo(3);
  }

  @Test
  void aFutureStartReceivesNothingBelowIt() {
    watch(ALL, 5);
    settle();
    for (int i = 0; i < 5; i++) {
      one.put("a", "x");
      settle();
    }
    assertThat(revisions()).containsExactly(5L, 6L);
  }

  @Test
  void historyComesInBatchesOfAThousandRevisions() {
    for (int i = 0; i < 2500; i++) {
      one.put("a", "x");
    }
    one.store.publish();
    watch(ALL, 1);
    settle();
    assertThat(given.stream().map(b -> b.events().size()).toList())
        .containsExactly(1000, 1000, 500);
    assertThat(given).allMatch(b -> b.revision() == 2501);
    assertThat(revisions().getFirst()).isEqualTo(2);
    assertThat(revisions().getLast()).isEqualTo(2501);
  }

  @Test
  void aFullChannelParksTheWatcherAndLosesNothing() {
    Watcher watcher = watch(ALL, 0);
    settle();
    room = 1;
    for (int i = 0; i < 5; i++) {
      one.put("a", "x");
      settle();
    }
    assertThat(revisions()).containsExactly(2L);
    List<Long> told = new ArrayList<>();
    hub.progress(List.of(watcher), told::add);
    settle();
    assertThat(told).as("no progress for a victim").isEmpty();
    room = Integer.MAX_VALUE;
    hub.roomIn(channel);
    settle();
    assertThat(revisions()).containsExactly(2L, 3L, 4L, 5L, 6L);
    assertThat(given.get(1).revision()).as("the parked one").isEqualTo(3);
    hub.progress(List.of(watcher), told::add);
    settle();
    assertThat(told).containsExactly(6L);
  }

  @Test
  void compactionEndsWhoIsTooLateAndSparesWhoStartsThere() {
    one.put("a", "1");
    one.put("a", "2");
    one.delete("a");
    one.put("b", "3");
    one.settle(one.compact(4));
    watch(ALL, 3);
    settle();
    assertThat(given).hasSize(1);
    assertThat(given.getFirst().compactRevision()).isEqualTo(4);
    assertThat(given.getFirst().revision()).isZero();
    given.clear();
    // The tombstone at the compacted revision is an event still (etcd 18089), after a restart too.
    watch(ALL, 4);
    settle();
    assertThat(revisions()).containsExactly(4L, 5L);
    assertThat(given.getFirst().events().getFirst().isDelete()).isTrue();
  }

  @Test
  void oneRevisionIsNeverSplit() {
    Watcher live = watch(ALL, 0);
    one.apply(t -> {
      for (int i = 0; i < 3000; i++) {
        t.put(OneStore.bytes("k" + i), OneStore.bytes("v"), 0);
      }
    });
    settle();
    assertThat(given).hasSize(1);
    assertThat(given.getFirst().events()).hasSize(3000);
    hub.cancel(live, now -> {});
    given.clear();
    watch(ALL, 1);
    settle();
    assertThat(given).hasSize(1);
    assertThat(given.getFirst().events()).hasSize(3000);
  }

  @Test
  void thePreviousValueComesWithAllButCreations() {
    watch(ALL, 0, true);
    one.put("a", "1");
    one.put("a", "2");
    one.delete("a");
    settle();
    List<String> previous = new ArrayList<>();
    for (WatchBatch batch : given) {
      byte[] bytes = batch.events().getFirst().encoded(true);
      previous.add(OneStore.text(bytes));
    }
    assertThat(previous.get(0)).doesNotContain("\u001a");
    assertThat(previous.get(1)).contains("\u001a").endsWith("*\u00011");
    assertThat(previous.get(2)).startsWith("\b\u0001\u0012").endsWith("*\u00012");
  }

  @Test
  void eventsAreTheBytesOfTheStore() {
    watch(KeyRange.single(OneStore.bytes("a")), 0);
    one.put("a", "hello");
    settle();
    byte[] event = given.getFirst().events().getFirst().encoded(false);
    assertThat(event[0]).isEqualTo((byte) 0x12);
    MemorySegment keyValue = MemorySegment.ofArray(event).asSlice(2);
    assertThat(keyValue.byteSize()).isEqualTo(event[1]);
    assertThat(KeyValueBytes.modRevision(keyValue)).isEqualTo(2);
  }

  @Test
  void thousandsOfWatchersCostOnlyWhatTheyMatch() {
    List<Watcher> watchers = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      watchers.add(watch(KeyRange.single(OneStore.bytes("key" + i)), 0));
      String low = String.format("r%05d", i);
      watchers.add(watch(new KeyRange(OneStore.bytes(low), OneStore.bytes(low + "z")), 0));
    }
    settle();
    for (int i = 0; i < 1000; i++) {
      one.put("key" + i, "v");
      one.put(String.format("r%05dq", i), "v");
    }
    settle();
    assertThat(given).hasSize(2000);
    List<Long> told = new ArrayList<>();
    hub.progress(watchers, told::add);
    watchers.forEach(w -> hub.cancel(w, now -> {}));
    settle();
    assertThat(told).containsExactly(2001L);
    one.put("key1", "nobody");
    settle();
    assertThat(given).hasSize(2000);
  }

  @Test
  void afterASnapshotOfTheLeaderAllGoOnFromWhereTheyWere() throws Exception {
    OneStore leader = new OneStore();
    for (int i = 0; i < 6; i++) {
      leader.put("a", "v" + i);
      if (i < 3) {
        one.put("a", "v" + i);
      }
    }
    one.store.publish();
    watch(ALL, 0);
    watch(ALL, 6);
    settle();
    ByteBuffer file;
    try (var snapshot = leader.settle(leader.backend.snapshot())) {
      file = ByteBuffer.allocate((int) snapshot.sizeBytes());
      var stream = snapshot.stream();
      while (stream.read(file) > 0) {}
    }
    Path received = Path.of("/data/member/snap/6.snap.db");
    one.disk.put(received, file.array());
    var view = one.store.view();
    var reload = one.backend.reload(received);
    one.backend.commitLoop().poll(one.now);
    reload.join();
    one.backend.reloaded();
    one.store.reload((key, lease) -> {});
    assertThat(one.store.revision()).isEqualTo(7);
    assertThat(view.revision()).as("who reads the old state keeps it").isEqualTo(4);
    assertThat(view.get(OneStore.bytes("a"), 4)).isPresent();
    view.close();
    settle();
    assertThat(revisions()).containsExactlyInAnyOrder(5L, 6L, 7L, 6L, 7L);
    one.put("a", "next");
    settle();
    assertThat(revisions()).hasSize(7).endsWith(8L, 8L);
    one.store.close();
    one.backend.close();
    assertThat(one.disk.openFiles()).isEmpty();
  }

  @Test
  void aWatchRacingAPublicationSeesIt() {
    // Nobody watches: publications are only counted, and found in the store by who comes.
    for (int i = 0; i < 10; i++) {
      one.put("a", "x");
      one.store.publish();
    }
    watch(ALL, 3);
    settle();
    assertThat(revisions()).containsExactly(3L, 4L, 5L, 6L, 7L, 8L, 9L, 10L, 11L);
  }
}
