package io.quorate.backend.tree;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** The tree beside a {@link TreeMap}; every published root stays what it was. */
class SharedTreeTest {
  private static final int RUNS = Boolean.getBoolean("long") ? 300 : 20;

  private record Published(TreeRoot<Integer> root, TreeMap<byte[], Integer> expected) {}

  private static TreeMap<byte[], Integer> map() {
    return new TreeMap<>(Arrays::compareUnsigned);
  }

  @Test
  void randomEdits() {
    for (int seed = 1; seed <= RUNS; seed++) {
      run(seed);
    }
  }

  private static void run(int seed) {
    SplittableRandom random = new SplittableRandom(seed);
    int keys = 1 << random.nextInt(3, 14);
    boolean ascending = random.nextInt(4) == 0;
    SharedTree<Integer> tree = new SharedTree<>(v -> v % 2);
    TreeMap<byte[], Integer> model = map();
    List<Published> published = new ArrayList<>();
    int steps = 6000;
    for (int step = 0; step < steps; step++) {
      byte[] key = ascending ? key(step, 1 << 20) : key(random.nextInt(keys), keys);
      boolean shrinking = step > steps / 2;
      if (random.nextInt(10) < (shrinking ? 7 : 2)) {
        byte[] victim = ascending ? key(random.nextInt(steps), 1 << 20) : key;
        assertThat(tree.remove(victim)).isEqualTo(model.remove(victim) != null);
      } else {
        tree.put(key, step);
        model.put(key, step);
      }
      if (random.nextInt(500) == 0) {
        TreeMap<byte[], Integer> copy = map();
        copy.putAll(model);
        published.add(new Published(tree.publish(), copy));
      }
      assertThat(tree.get(key).orElse(null)).isEqualTo(model.get(key));
    }
    published.add(new Published(tree.publish(), model));
    for (Published each : published) {
      check(each, random, keys);
    }
  }

  private static void check(Published each, SplittableRandom random, int keys) {
    assertThat(each.root.weight()).isEqualTo(weight(each.expected));
    for (int i = 0; i < 10; i++) {
      byte[] start = i == 0 ? new byte[0] : key(random.nextInt(keys), keys);
      Map<byte[], Integer> tail = each.expected.tailMap(start);
      TreeRoot.Walk<Integer> walk = each.root.walk(start);
      for (Map.Entry<byte[], Integer> entry : tail.entrySet()) {
        assertThat(walk.next()).isTrue();
        assertThat(walk.key()).isEqualTo(entry.getKey());
        assertThat(walk.value()).isEqualTo(entry.getValue());
      }
      assertThat(walk.next()).isFalse();
      assertThat(walk.next()).isFalse();
      assertThat(each.root.weightBelow(start, v -> v % 2))
          .isEqualTo(weight(each.expected.headMap(start)));
    }
  }

  private static long weight(Map<byte[], Integer> map) {
    return map.values().stream().mapToLong(v -> v % 2).sum();
  }

  private static byte[] key(int number, int of) {
    int digits = Integer.toString(of).length();
    return String.format("%0" + digits + "d", number).getBytes();
  }

  @Test
  void aBatchCopiesEachNodeOnceHoweverManyKeysThereAre() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    long[] perPut = new long[2];
    int[] sizes = {1_000, 300_000};
    for (int size = 0; size < 2; size++) {
      SharedTree<Integer> tree = new SharedTree<>(v -> 1);
      for (int i = 0; i < sizes[size]; i++) {
        tree.put(key(i, 1_000_000), 1);
      }
      byte[] key = key(17, 1_000_000);
      Integer value = 2;
      long before = threads.getCurrentThreadAllocatedBytes();
      for (int batch = 0; batch < 100; batch++) {
        var unused = tree.publish();
        for (int i = 0; i < 100; i++) {
          tree.put(key, value);
        }
      }
      perPut[size] = (threads.getCurrentThreadAllocatedBytes() - before) / 10_000;
    }
    // One more level of nodes a batch, nothing that grows with the number of keys.
    assertThat(perPut[1]).isLessThan(perPut[0] + 30);
  }
}
