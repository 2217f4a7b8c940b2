package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** One key's life, as spec/storage.md 3.2 tells it. */
class GenerationTest {
  private static final Generation EXAMPLE =
      Generation.first(1, 1, 1, 0).put(2, 0).tombstone(3, 0).put(4, 0).tombstone(5, 0);

  private static String compacted(long revision) {
    return String.valueOf(EXAMPLE.compact(revision, new RevisionSet()));
  }

  private static String kept(long revision, boolean compacting) {
    RevisionSet set = new RevisionSet();
    if (compacting) {
      var unused = EXAMPLE.compact(revision, set);
    } else {
      EXAMPLE.keep(revision, set);
    }
    List<Integer> mains = new ArrayList<>();
    for (int main = 1; main <= 5; main++) {
      if (set.contains(main, 0)) {
        mains.add(main);
      }
    }
    return mains.toString();
  }

  @Test
  void anExample() {
    assertThat(EXAMPLE).hasToString("{1.0, 2.0, 3.0t}{4.0, 5.0t}");
    assertThat(compacted(1)).isEqualTo("{1.0, 2.0, 3.0t}{4.0, 5.0t}");
    assertThat(compacted(2)).isEqualTo("{2.0, 3.0t}{4.0, 5.0t}");
    assertThat(compacted(3)).isEqualTo("{3.0t}{4.0, 5.0t}");
    assertThat(compacted(4)).isEqualTo("{4.0, 5.0t}");
    assertThat(compacted(5)).isEqualTo("{5.0t}");
    assertThat(compacted(6)).isEqualTo("null");
  }

  @Test
  void aTombstoneAtTheCompactedRevisionStaysButIsNotHashed() {
    assertThat(kept(2, true)).isEqualTo("[2]");
    assertThat(kept(2, false)).isEqualTo("[2]");
    assertThat(kept(3, true)).isEqualTo("[3]");
    assertThat(kept(3, false)).isEqualTo("[]");
    assertThat(kept(5, true)).isEqualTo("[5]");
    assertThat(kept(5, false)).isEqualTo("[]");
    assertThat(kept(6, true)).isEqualTo("[]");
  }

  @Test
  void deletedAndPutAgainInOneTransactionSurvivesItsCompaction() {
    Generation twice = Generation.first(2, 1, 2, 0).tombstone(5, 0).put(5, 1).put(7, 0);
    RevisionSet keep = new RevisionSet();
    assertThat(twice.compact(5, keep)).hasToString("{5.0t}{5.1, 7.0}");
    assertThat(keep.contains(5, 0)).isTrue();
    assertThat(keep.contains(5, 1)).isTrue();
    assertThat(keep.size()).isEqualTo(2);
    assertThat(twice.compact(6, new RevisionSet())).hasToString("{5.1, 7.0}");
  }

  @Test
  void whatIsAliveWhen() {
    assertThat(EXAMPLE.at(0)).isNull();
    Generation first = EXAMPLE.at(2);
    assertThat(first).isNotNull();
    assertThat(first.created).isEqualTo(1);
    assertThat(first.version(first.newestAt(2))).isEqualTo(2);
    assertThat(first.version(first.newestAt(1))).isEqualTo(1);
    assertThat(EXAMPLE.at(3)).isNull();
    assertThat(EXAMPLE.at(4).created).isEqualTo(4);
    assertThat(EXAMPLE.at(5)).isNull();
  }

  @Test
  void anOlderStateIsNotDisturbedByLaterPuts() {
    Generation early = Generation.first(2, 1, 2, 0);
    List<Generation> states = new ArrayList<>(List.of(early));
    for (int main = 3; main < 200; main++) {
      states.add(states.getLast().put(main, 0));
    }
    for (int i = 0; i < states.size(); i++) {
      Generation state = states.get(i);
      assertThat(state.length()).isEqualTo(i + 1);
      assertThat(state.main(i)).isEqualTo(i + 2);
      assertThat(state.at(1000).newestAt(1000)).isEqualTo(i);
    }
  }

  @Test
  void manyPutsToOneKeyCopyNoMoreThanTheirDoublings() {
    com.sun.management.ThreadMXBean threads =
        (com.sun.management.ThreadMXBean) java.lang.management.ManagementFactory.getThreadMXBean();
    Generation state = Generation.first(2, 1, 2, 0);
    long before = threads.getCurrentThreadAllocatedBytes();
    int puts = 1_000_000;
    for (int main = 3; main < puts + 3; main++) {
      state = state.put(main, 0);
    }
    long perPut = (threads.getCurrentThreadAllocatedBytes() - before) / puts;
    // One state of 40 or 48 bytes, and 16 bytes a revision twice over for the doublings.
    assertThat(perPut).isLessThan(120);
    assertThat(state.length()).isEqualTo(puts + 1);
  }
}
