package io.quorate.backend;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.backend.schema.BucketName;
import io.quorate.backend.schema.MetaKey;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/**
 * Buffers and file beside sorted maps: random records, seals and commits at any moment, views that
 * stay open, defragmentations, restarts.
 */
class BackendModelTest {
  private static final int RUNS = Boolean.getBoolean("long") ? 300 : 10;
  private static final int STEPS = 400;
  private static final Path FILE = Path.of("/data/db");
  private static final List<BucketName> SMALL =
      List.of(BucketName.LEASE, BucketName.AUTH_USERS, BucketName.META);

  /** What must be there: per bucket, and the revisions with their values. */
  private static final class Model {
    final TreeMap<BucketName, TreeMap<String, String>> buckets = new TreeMap<>();
    final TreeMap<Long, String> revisions = new TreeMap<>();

    Model copy() {
      Model copy = new Model();
      buckets.forEach((name, map) -> copy.buckets.put(name, new TreeMap<>(map)));
      copy.revisions.putAll(revisions);
      return copy;
    }

    TreeMap<String, String> of(BucketName name) {
      return buckets.computeIfAbsent(name, n -> new TreeMap<>());
    }
  }

  private record Held(BackendView view, Model model) {}

  private MemoryDisk disk;
  private Backend backend;
  private long now = 1;

  @Test
  void randomOperations() {
    for (int seed = 1; seed <= RUNS; seed++) {
      try {
        run(seed);
      } catch (Throwable e) {
        throw new AssertionError("seed " + seed + ": " + e.getMessage(), e);
      }
    }
  }

  private void open(int batchLimit, long batchLimitBytes) {
    backend =
        Backend.open(
            disk,
            FILE,
            BackendOptions.DEFAULT
                .withInitialMapBytes(1 << 24)
                .withBatchLimit(batchLimit)
                .withBatchLimitBytes(batchLimitBytes),
            new Clock() {
              @Override
              public long nanos() {
                return now;
              }

              @Override
              public long epochMillis() {
                return now / 1_000_000;
              }
            },
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER,
            BackendListener.NONE);
  }

  private void run(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int batchLimit = 1 + random.nextInt(50);
    long batchLimitBytes = 1 + random.nextInt(10_000);
    disk = new MemoryDisk(seed);
    disk.createDirectories(FILE.getParent());
    open(batchLimit, batchLimitBytes);
    Model model = new Model();
    List<Held> held = new ArrayList<>();
    List<CompletableFuture<Void>> futures = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      now += random.nextLong(30_000_000);
      switch (random.nextInt(16)) {
        case 0 -> held.add(new Held(backend.view(), model.copy()));
        case 1 -> {
          if (!held.isEmpty()) {
            held.remove(random.nextInt(held.size())).view.close();
          }
        }
        case 2 -> {
          if (random.nextInt(6) == 0) {
            futures.add(backend.defragment());
          }
        }
        case 3 -> {
          if (random.nextInt(6) == 0) {
            long applied = backend.appliedIndex();
            held.forEach(h -> h.view.close());
            held.clear();
            backend.close();
            assertThat(disk.openFiles()).isEmpty();
            assertThat(disk.list(FILE.getParent())).containsExactly("db");
            open(batchLimit, batchLimitBytes);
            assertThat(backend.appliedIndex()).isEqualTo(applied);
            assertThat(backend.appliedTerm()).isEqualTo(applied == 0 ? 0 : 7);
          }
        }
        case 4 -> futures.add(backend.forceCommit());
        case 5, 6, 7 -> backend.commitLoop().poll(now);
        case 8, 9 -> backend.poll(now);
        case 10 -> {
          try (BackendView view = backend.view()) {
            check(view, model);
          }
          if (!held.isEmpty()) {
            Held old = held.get(random.nextInt(held.size()));
            check(old.view, old.model);
          }
        }
        default -> entry(random, model);
      }
    }
    for (int i = 0; i < 1000; i++) {
      backend.poll(now);
      backend.commitLoop().poll(now);
    }
    held.forEach(h -> check(h.view, h.model));
    check(backend.working(), model);
    held.forEach(h -> h.view.close());
    backend.close();
    assertThat(disk.openFiles()).isEmpty();
    assertThat(futures).allMatch(CompletableFuture::isDone);
  }

  private void entry(SplittableRandom random, Model model) {
    while (backend.mustWait()) {
      backend.commitLoop().poll(now);
    }
    long main = backend.appliedIndex() + 2;
    if (random.nextInt(3) != 0) {
      String value = "value " + main + "x".repeat(random.nextInt(300));
      boolean tombstone = random.nextInt(5) == 0;
      backend.putRevision(main, 0, tombstone, bytes(value));
      model.revisions.put(main, (tombstone ? "t" : "") + value);
    }
    for (int i = random.nextInt(3); i > 0; i--) {
      BucketName name = SMALL.get(random.nextInt(SMALL.size()));
      String key = "key" + random.nextInt(20);
      if (random.nextInt(3) == 0) {
        backend.delete(name, bytes(key));
        model.of(name).remove(key);
      } else {
        backend.put(name, bytes(key), bytes("v" + main));
        model.of(name).put(key, "v" + main);
      }
      assertThat(backend.get(name, bytes(key)).map(BackendModelTest::text).orElse(null))
          .isEqualTo(model.of(name).get(key));
    }
    backend.applied(backend.appliedIndex() + 1, 7);
  }

  private static void check(BackendView view, Model model) {
    for (BucketName name : SMALL) {
      TreeMap<String, String> found = new TreeMap<>();
      List<String> order = new ArrayList<>();
      view.forEach(
          name,
          (key, value) -> {
            String k = text(key.toArray(ValueLayout.JAVA_BYTE));
            order.add(k);
            found.put(k, text(value.toArray(ValueLayout.JAVA_BYTE)));
          });
      assertThat(order).isSorted().doesNotHaveDuplicates();
      for (MetaKey own : MetaKey.values()) {
        found.remove(text(own.bytes()));
      }
      assertThat(found).isEqualTo(model.of(name));
    }
    TreeMap<Long, String> revisions = new TreeMap<>();
    RevisionCursor cursor = view.revisions(0, 0);
    long last = 0;
    while (cursor.next()) {
      assertThat(cursor.main()).isGreaterThan(last);
      last = cursor.main();
      String value = text(cursor.value().toArray(ValueLayout.JAVA_BYTE));
      revisions.put(last, (cursor.isTombstone() ? "t" : "") + value);
      MemorySegment looked = view.revision(last, 0).orElse(null);
      if (cursor.isTombstone()) {
        assertThat(looked).isNull();
      } else {
        assertThat(text(looked.toArray(ValueLayout.JAVA_BYTE))).isEqualTo(value);
      }
    }
    assertThat(revisions).isEqualTo(model.revisions);
    assertThat(view.revision(last + 1, 0)).isEmpty();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  private static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }
}
