package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendListener;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.mvcc.watch.WatchBatch;
import io.quorate.mvcc.watch.WatchEvent;
import io.quorate.mvcc.watch.WatchHub;
import io.quorate.mvcc.watch.WatchListener;
import io.quorate.mvcc.watch.WatchRequest;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/**
 * Apply, commits, readers, hashes and a watcher on threads of their own. Every transaction puts the
 * same number under ten keys, so that a reader who sees half of one says so; defragmentations and
 * compactions go on underneath.
 */
class ConcurrentReadersTest {
  private static final int ENTRIES = Boolean.getBoolean("long") ? 60_000 : 3_000;
  private static final int KEYS = 10;
  private static final KeyRange ALL = new KeyRange(new byte[] {0}, new byte[] {0});

  @Test
  void everybodySeesWholeTransactions() throws Exception {
    MemoryDisk disk = new MemoryDisk(1);
    disk.createDirectories(OneStore.FILE.getParent());
    Clock clock =
        new Clock() {
          @Override
          public long nanos() {
            return System.nanoTime();
          }

          @Override
          public long epochMillis() {
            return System.currentTimeMillis();
          }
        };
    Backend backend =
        Backend.open(
            disk,
            OneStore.FILE,
            OneStore.SMALL.withBatchLimit(300),
            clock,
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER,
            BackendListener.NONE);
    MvccStore store =
        MvccStore.restore(
            backend,
            new MvccOptions(100, java.time.Duration.ofMillis(1)),
            clock,
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER,
            MvccListener.NONE,
            (key, lease) -> {});
    WatchHub hub = new WatchHub(store, WatchListener.NONE);
    List<WatchBatch> batches = new ArrayList<>();
    hub.watch(new WatchRequest(1, ALL, 0, false, false, true), batches::add, created -> {});
    hub.poll(clock.nanos());
    AtomicBoolean stop = new AtomicBoolean();
    CountDownLatch begun = new CountDownLatch(1);
    try (var threads = Executors.newCachedThreadPool()) {
      List<Future<?>> all = new ArrayList<>();
      all.add(
          threads.submit(() -> {
            while (!stop.get()) {
              if (backend.commitLoop().poll(clock.nanos()) > clock.nanos()) {
                Thread.yield();
              }
            }
          }));
      all.add(
          threads.submit(() -> {
            while (!stop.get()) {
              hub.poll(clock.nanos());
              Thread.yield();
            }
          }));
      List<Future<Long>> readers = new ArrayList<>();
      for (int r = 0; r < 2; r++) {
        readers.add(
            threads.submit(() -> {
              begun.await();
              long reads = 0;
              long last = 0;
              while (!stop.get()) {
                try (View view = store.view()) {
                  assertThat(view.revision()).isGreaterThanOrEqualTo(last);
                  last = view.revision();
                  check(view, view.revision());
                  long old = Math.max(view.compactedRevision(), view.revision() - 50);
                  check(view, Math.max(2, old));
                }
                if (reads++ % 50 == 0) {
                  try (HashWalk hash = store.hashByRevision(0)) {
                    while (!hash.step(1000)) {}
                  }
                }
              }
              return reads;
            }));
      }
      for (int i = 1; i <= ENTRIES; i++) {
        while (backend.mustWait()) {
          Thread.yield();
        }
        byte[] value = OneStore.bytes("value " + i);
        WriteTransaction transaction = store.begin();
        for (int k = 0; k < KEYS; k++) {
          transaction.put(OneStore.bytes("key" + k), value, 0);
        }
        transaction.end();
        if (i % 500 == 0) {
          var unused = store.compact(store.revision() - 100);
        }
        backend.applied(i, 1);
        if (i % 1000 == 0) {
          var unused = backend.defragment();
        }
        backend.poll(clock.nanos());
        store.pollCompaction();
        store.publish();
        begun.countDown();
      }
      CompletableFuture<Void> durable = backend.forceCommit();
      while (!durable.isDone()) {
        backend.poll(clock.nanos());
        store.publish();
        Thread.yield();
      }
      stop.set(true);
      for (Future<Long> reader : readers) {
        assertThat(reader.get()).isPositive();
      }
      for (Future<?> each : all) {
        each.get();
      }
    }
    while (hub.poll(clock.nanos()) != Long.MAX_VALUE) {}
    checkEvents(batches);
    hub.close();
    store.close();
    backend.close();
    assertThat(disk.openFiles()).isEmpty();
  }

  private static void check(View view, long revision) {
    RangeResult result = view.range(ALL, RangeOptions.at(revision));
    assertThat(result.count()).isEqualTo(KEYS);
    MemorySegment first = KeyValueBytes.value(result.keyValues().getFirst());
    for (MemorySegment each : result.keyValues()) {
      assertThat(KeyValueBytes.modRevision(each)).isEqualTo(revision);
      if (KeyValueBytes.value(each).mismatch(first) >= 0) {
        throw new AssertionError(
            "half a transaction at "
                + revision
                + ": "
                + OneStore.text(each.toArray(ValueLayout.JAVA_BYTE)));
      }
    }
  }

  private static void checkEvents(List<WatchBatch> batches) {
    long revision = 1;
    int inRevision = KEYS;
    for (WatchBatch batch : batches) {
      for (WatchEvent event : batch.events()) {
        if (inRevision == KEYS) {
          revision++;
          inRevision = 0;
        }
        inRevision++;
        assertThat(event.modRevision()).isEqualTo(revision);
      }
    }
    assertThat(revision).isEqualTo(ENTRIES + 1);
    assertThat(inRevision).isEqualTo(KEYS);
  }
}
