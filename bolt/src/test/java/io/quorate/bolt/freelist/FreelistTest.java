package io.quorate.bolt.freelist;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.bolt.page.Pages;
import java.lang.foreign.MemorySegment;
import java.util.Random;
import java.util.TreeSet;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class FreelistTest {
  private static final int SEEDS = Boolean.getBoolean("long") ? 2_000 : 50;

  @Test
  void allocationTakesTheFirstRunThatIsLongEnough() {
    for (int seed = 0; seed < SEEDS; seed++) {
      Random random = new Random(seed);
      FreePages free = new FreePages();
      TreeSet<Long> model = new TreeSet<>();
      int limit = 64 << random.nextInt(6);
      for (int i = 0; i < 300; i++) {
        if (random.nextInt(3) == 0) {
          long first = 2 + random.nextInt(limit);
          long count = 1 + random.nextInt(random.nextInt(5) == 0 ? 200 : 6);
          if (LongStream.range(first, first + count).noneMatch(model::contains)) {
            free.add(first, count);
            LongStream.range(first, first + count).forEach(model::add);
          }
        } else {
          int count = 1 + random.nextInt(random.nextInt(5) == 0 ? 150 : 5);
          long expected = firstRun(model, count);
          assertThat(free.allocate(count)).as("seed %d step %d", seed, i).isEqualTo(expected);
          if (expected >= 0) {
            LongStream.range(expected, expected + count).forEach(model::remove);
          }
        }
        assertThat(free.size()).isEqualTo(model.size());
      }
      long[] ids = new long[model.size()];
      free.copyTo(ids, 0);
      assertThat(ids).isEqualTo(model.stream().mapToLong(id -> id).toArray());
    }
  }

  private static long firstRun(TreeSet<Long> model, int count) {
    long start = -1;
    long previous = -2;
    for (long id : model) {
      start = id == previous + 1 ? start : id;
      if (id - start + 1 == count) {
        return start;
      }
      previous = id;
    }
    return -1;
  }

  @Test
  void aPageIsFreedOnce() {
    FreePages free = new FreePages();
    free.add(10, 3);
    assertThatThrownBy(() -> free.add(12, 1)).hasMessage("page 12: already freed");
  }

  /** storage.md 1.12: a page written by 3 and freed by 7 is in the states 3 to 6. */
  @Test
  void aPageWaitsForTheReadersOfStatesItBelongsTo() {
    WaitingPages waiting = new WaitingPages();
    FreePages free = new FreePages();
    waiting.add(100, 2, 3, 7);
    waiting.release(new long[] {2, 4, 6, 7, 9}, free);
    assertThat(free.size()).isZero();
    waiting.release(new long[] {2, 6, 7, 9}, free);
    assertThat(free.size()).isZero();
    assertThat(waiting.size()).isEqualTo(2);
    waiting.release(new long[] {2, 7, 9}, free);
    assertThat(free.contains(100)).isTrue();
    assertThat(free.contains(101)).isTrue();
    assertThat(waiting.size()).isZero();
  }

  @Test
  void aPageNoReaderEverSawIsFreeAtOnce() {
    WaitingPages waiting = new WaitingPages();
    FreePages free = new FreePages();
    waiting.add(100, 1, 5, 6);
    waiting.add(200, 1, 0, 4);
    waiting.release(new long[] {4, 6}, free);
    assertThat(free.contains(100)).isTrue();
    assertThat(free.contains(200)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(ints = {0, 1, 510, 511, 65534, 65535, 70000})
  void aListInTheFileReadsBack(int count) {
    int pageSize = 4096;
    int pages = FreelistPage.pageCount(count, pageSize);
    long id = 3;
    byte[] file = new byte[(int) (id + pages) * pageSize];
    long[] ids = LongStream.range(10, 10 + count).toArray();
    MemorySegment all = MemorySegment.ofArray(file);
    FreelistPage.write(all.asSlice(id * pageSize), id, pages, ids, count);
    assertThat(file[(int) id * pageSize + 8]).isEqualTo((byte) 0x10);
    assertThat(FreelistPage.read(new Pages(all, pageSize, file.length), id)).isEqualTo(ids);
  }
}
