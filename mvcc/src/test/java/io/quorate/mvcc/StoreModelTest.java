package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.mvcc.RangeOptions.SortOrder;
import io.quorate.mvcc.RangeOptions.SortTarget;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/**
 * The store beside a list of maps, one for each revision: random transactions, ranges of every kind
 * at every revision, compactions, commits and restarts at any moment, views that stay open.
 */
class StoreModelTest {
  private static final int RUNS = Boolean.getBoolean("long") ? 400 : 12;
  private static final int STEPS = 250;

  /** One key at one revision. */
  record Item(String key, long create, long mod, long version, String value, long lease) {}

  /** What the store must be: index i is revision i. */
  static final class Model {
    final List<TreeMap<String, Item>> states =
        new ArrayList<>(List.of(new TreeMap<>(), new TreeMap<>()));
    long compacted = -1;

    TreeMap<String, Item> now() {
      return states.getLast();
    }

    long revision() {
      return states.size() - 1;
    }
  }

  private record Held(View view, int revision, long compacted) {}

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

  private static void run(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    OneStore one =
        new OneStore(
            new MemoryDisk(seed),
            OneStore.SMALL.withBatchLimit(1 + random.nextInt(60)),
            new MvccOptions(1 + random.nextInt(30), Duration.ofMillis(10)),
            Failpoints.NONE);
    Model model = new Model();
    List<Held> held = new ArrayList<>();
    for (int step = 0; step < STEPS; step++) {
      switch (random.nextInt(20)) {
        case 0 -> {
          long at = random.nextLong(-1, model.revision() + 2);
          if (at <= model.compacted) {
            assertThatThrownBy(() -> one.store.compact(at))
                .isInstanceOf(MvccException.Compacted.class);
          } else if (at > model.revision()) {
            assertThatThrownBy(() -> one.store.compact(at))
                .isInstanceOf(MvccException.FutureRevision.class);
          } else {
            one.compact(at);
            model.compacted = at;
          }
        }
        case 1 -> {
          if (random.nextInt(4) == 0) {
            held.forEach(h -> h.view.close());
            held.clear();
            if (random.nextBoolean()) {
              one.settle();
            }
            one.reopen();
            assertThat(one.store.revision()).isEqualTo(model.revision());
            assertThat(one.store.compactedRevision()).isEqualTo(model.compacted);
            TreeMap<String, Long> leases = new TreeMap<>();
            model.now().values().stream()
                .filter(i -> i.lease != 0)
                .forEach(i -> leases.put(i.key, i.lease));
            assertThat(one.restoredLeases).isEqualTo(leases);
          }
        }
        case 2 -> {
          one.store.publish();
          held.add(new Held(one.store.view(), (int) model.revision(), model.compacted));
        }
        case 3 -> {
          if (!held.isEmpty()) {
            held.remove(random.nextInt(held.size())).view.close();
          }
        }
        case 4, 5 -> one.now += random.nextLong(200_000_000);
        case 6, 7, 8 -> one.turn(random.nextBoolean());
        case 9, 10, 11 -> {
          one.store.publish();
          try (View view = one.store.view()) {
            checkRange(random, view, model, (int) model.revision(), model.compacted);
          }
          if (!held.isEmpty()) {
            Held old = held.get(random.nextInt(held.size()));
            checkRange(random, old.view, model, old.revision, old.compacted);
          }
        }
        default -> transaction(random, one, model);
      }
    }
    held.forEach(h -> h.view.close());
    one.close();
    assertThat(one.disk.openFiles()).isEmpty();
  }

  private static String key(SplittableRandom random) {
    return "k" + (char) ('a' + random.nextInt(12));
  }

  private static KeyRange range(SplittableRandom random) {
    byte[] key = OneStore.bytes(key(random));
    return switch (random.nextInt(4)) {
      case 0 -> KeyRange.single(key);
      case 1 -> new KeyRange(key, new byte[] {0});
      default -> new KeyRange(key, OneStore.bytes(key(random)));
    };
  }

  private static void transaction(SplittableRandom random, OneStore one, Model model) {
    TreeMap<String, Item> next = new TreeMap<>(model.now());
    long main = model.revision() + 1;
    boolean[] changed = {false};
    one.apply(t -> {
      int operations = random.nextInt(1, 5);
      for (int i = 0; i < operations; i++) {
        switch (random.nextInt(5)) {
          case 0 -> {
            KeyRange range = range(random);
            List<String> deleted = new ArrayList<>();
            List<String> expected =
                next.keySet().stream().filter(k -> range.contains(OneStore.bytes(k))).toList();
            long count = t.deleteRange(range, k -> deleted.add(OneStore.text(k)));
            assertThat(deleted).isEqualTo(expected);
            assertThat(count).isEqualTo(expected.size());
            expected.forEach(next::remove);
            changed[0] |= count > 0;
          }
          case 1 -> {
            KeyRange range = range(random);
            RangeResult result = t.range(range, RangeOptions.DEFAULT);
            assertThat(items(result.keyValues()))
                .isEqualTo(
                    next.values().stream()
                        .filter(item -> range.contains(OneStore.bytes(item.key)))
                        .toList());
            String key = key(random);
            assertThat(t.get(OneStore.bytes(key)).map(StoreModelTest::item).orElse(null))
                .isEqualTo(next.get(key));
            assertThat(t.contains(OneStore.bytes(key))).isEqualTo(next.containsKey(key));
          }
          default -> {
            String key = key(random);
            String value = "v".repeat(random.nextInt(30));
            long lease = random.nextInt(3) == 0 ? random.nextLong() : 0;
            t.put(OneStore.bytes(key), OneStore.bytes(value), lease);
            Item old = next.get(key);
            next.put(
                key,
                old == null
                    ? new Item(key, main, main, 1, value, lease)
                    : new Item(key, old.create, main, old.version + 1, value, lease));
            changed[0] = true;
          }
        }
      }
      assertThat(t.revision()).isEqualTo(changed[0] ? main : main - 1);
    });
    if (changed[0]) {
      model.states.add(next);
    }
    assertThat(one.store.revision()).isEqualTo(model.revision());
  }

  private static void checkRange(
      SplittableRandom random, View view, Model model, int revision, long compacted) {
    assertThat(view.revision()).isEqualTo(revision);
    assertThat(view.liveKeys()).isEqualTo(model.states.get(revision).size());
    KeyRange range = range(random);
    long at = random.nextInt(3) == 0 ? 0 : random.nextLong(-1, revision + 2);
    RangeOptions options =
        new RangeOptions(
            at,
            random.nextInt(3) == 0 ? random.nextInt(1, 6) : 0,
            random.nextInt(4) == 0,
            random.nextInt(6) == 0,
            SortOrder.values()[random.nextInt(3)],
            SortTarget.values()[random.nextInt(5)],
            random.nextInt(4) == 0 ? random.nextLong(revision + 1) : 0,
            random.nextInt(4) == 0 ? random.nextLong(revision + 1) : 0,
            random.nextInt(4) == 0 ? random.nextLong(revision + 1) : 0,
            random.nextInt(4) == 0 ? random.nextLong(revision + 1) : 0);
    if (at > revision) {
      assertThatThrownBy(() -> view.range(range, options))
          .isInstanceOf(MvccException.FutureRevision.class);
      return;
    }
    long read = at <= 0 ? revision : at;
    if (read < compacted) {
      assertThatThrownBy(() -> view.range(range, options))
          .isInstanceOf(MvccException.Compacted.class);
      return;
    }
    List<Item> inRange =
        model.states.get((int) read).values().stream()
            .filter(item -> range.contains(OneStore.bytes(item.key)))
            .toList();
    RangeWalk walk = view.walk(range, options);
    List<Item> actual = new ArrayList<>();
    int slice = random.nextInt(1, 8);
    while (!walk.step(slice, bytes -> actual.add(item(bytes)))) {}
    assertThat(walk.count()).isEqualTo(inRange.size());
    if (options.countOnly()) {
      assertThat(actual).isEmpty();
      assertThat(walk.more()).isFalse();
      return;
    }
    List<Item> expected = expected(inRange, options);
    boolean more = options.limit() > 0 && expected.size() > options.limit();
    if (more) {
      expected = expected.subList(0, (int) options.limit());
    }
    if (options.keysOnly()) {
      expected =
          expected.stream()
              .map(i -> new Item(i.key, i.create, i.mod, i.version, "", i.lease))
              .toList();
    }
    assertThat(actual).as("%s of %s", options, inRange).isEqualTo(expected);
    assertThat(walk.more()).isEqualTo(more);
    RangeResult atOnce = view.range(range, options);
    assertThat(items(atOnce.keyValues())).isEqualTo(actual);
    assertThat(atOnce.count()).isEqualTo(walk.count());
    assertThat(atOnce.more()).isEqualTo(walk.more());
  }

  /** spec/api.md 7.3, steps 5 to 7. */
  private static List<Item> expected(List<Item> inRange, RangeOptions o) {
    List<Item> fetched = new ArrayList<>(inRange);
    boolean filters =
        o.minModRevision() != 0
            || o.maxModRevision() != 0
            || o.minCreateRevision() != 0
            || o.maxCreateRevision() != 0;
    if (o.limit() > 0 && o.order() == SortOrder.NONE && !filters) {
      fetched = new ArrayList<>(fetched.subList(0, (int) Math.min(o.limit() + 1, fetched.size())));
    }
    fetched.removeIf(i -> o.maxModRevision() != 0 && i.mod > o.maxModRevision());
    fetched.removeIf(i -> o.minModRevision() != 0 && i.mod < o.minModRevision());
    fetched.removeIf(i -> o.maxCreateRevision() != 0 && i.create > o.maxCreateRevision());
    fetched.removeIf(i -> o.minCreateRevision() != 0 && i.create < o.minCreateRevision());
    Comparator<Item> order =
        switch (o.target()) {
          case KEY -> Comparator.comparing(Item::key);
          case VERSION -> Comparator.comparing(Item::version);
          case CREATE -> Comparator.comparing(Item::create);
          case MOD -> Comparator.comparing(Item::mod);
          case VALUE -> Comparator.comparing(Item::value);
        };
    if (o.order() == SortOrder.DESCEND) {
      fetched.sort(order.reversed());
    } else if (o.order() == SortOrder.ASCEND || o.target() != SortTarget.KEY) {
      fetched.sort(order);
    }
    return fetched;
  }

  private static List<Item> items(List<MemorySegment> keyValues) {
    return keyValues.stream().map(StoreModelTest::item).toList();
  }

  static Item item(MemorySegment bytes) {
    return new Item(
        OneStore.text(KeyValueBytes.key(bytes).toArray(ValueLayout.JAVA_BYTE)),
        KeyValueBytes.createRevision(bytes),
        KeyValueBytes.modRevision(bytes),
        KeyValueBytes.version(bytes),
        OneStore.text(KeyValueBytes.value(bytes).toArray(ValueLayout.JAVA_BYTE)),
        KeyValueBytes.lease(bytes));
  }
}
