package io.quorate.statemachine.request;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** The check against the same check by pairs, which is plain but takes puts × deletes. */
final class TxnOverlapTest {
  private static final int ROUNDS = Boolean.getBoolean("long") ? 500_000 : 20_000;
  private static final byte[] NO_END = {};

  @Test
  void itFindsWhatComparingAllPairsFinds() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    int refused = 0;
    for (int round = 0; round < ROUNDS; round++) {
      Txn txn = txn(random, 3);
      boolean twice = Pairs.changesTwice(txn);
      refused += twice ? 1 : 0;
      assertThat(TxnOverlap.check(txn))
          .as("seed %d round %d: %s", seed, round, txn)
          .isEqualTo(twice ? Optional.of(RequestError.DUPLICATE_KEY) : Optional.empty());
    }
    assertThat(refused).isBetween(ROUNDS / 10, ROUNDS * 9 / 10);
  }

  private static Txn txn(Random random, int depth) {
    return new Txn(List.of(), ops(random, depth), ops(random, depth));
  }

  private static List<Op> ops(Random random, int depth) {
    List<Op> ops = new ArrayList<>();
    for (int i = random.nextInt(4); i > 0; i--) {
      ops.add(
          switch (random.nextInt(depth == 0 ? 2 : 3)) {
            case 0 -> Put.of(key(random), NO_END, 0);
            case 1 -> new DeleteRange(key(random), end(random), false);
            default -> txn(random, depth - 1);
          });
    }
    return ops;
  }

  /** Few, some of them next to each other. */
  private static byte[] key(Random random) {
    byte first = (byte) ('a' + random.nextInt(12));
    return random.nextInt(4) == 0 ? new byte[] {first, 0} : new byte[] {first};
  }

  private static byte[] end(Random random) {
    return switch (random.nextInt(6)) {
      case 0 -> new byte[] {0};
      case 1, 2 -> key(random); // may lie before the key
      default -> NO_END;
    };
  }

  private record Pairs(List<byte[]> puts, List<DeleteRange> deletes) {
    static boolean changesTwice(Txn txn) {
      return of(txn.success()).isEmpty() || of(txn.failure()).isEmpty();
    }

    /** Empty if a key is changed twice. */
    static Optional<Pairs> of(List<Op> ops) {
      Pairs all = new Pairs(new ArrayList<>(), new ArrayList<>());
      for (Op op : ops) {
        if (op instanceof DeleteRange delete) {
          all.deletes.add(delete);
        }
      }
      for (Op op : ops) {
        if (op instanceof Txn nested) {
          Pairs success = of(nested.success()).orElse(null);
          Pairs failure = of(nested.failure()).orElse(null);
          if (success == null
              || failure == null
              || success.puts.stream().anyMatch(all::changes)
              || failure.puts.stream().anyMatch(all::changes)) {
            return Optional.empty();
          }
          all.addAll(success);
          all.addAll(failure);
        }
      }
      for (Op op : ops) {
        if (op instanceof Put put) {
          if (all.changes(put.key())) {
            return Optional.empty();
          }
          all.puts.add(put.key());
        }
      }
      return Optional.of(all);
    }

    boolean changes(byte[] key) {
      return puts.stream().anyMatch(put -> Arrays.equals(put, key))
          || deletes.stream().anyMatch(delete -> deletes(delete, key));
    }

    private static boolean deletes(DeleteRange delete, byte[] key) {
      return delete.rangeEnd().length == 0
          ? Arrays.equals(key, delete.key())
          : Arrays.compareUnsigned(key, delete.key()) >= 0
              && Arrays.compareUnsigned(key, delete.rangeEnd()) < 0;
    }

    void addAll(Pairs others) {
      puts.addAll(others.puts);
      deletes.addAll(others.deletes);
    }
  }

  /** By pairs this takes minutes. */
  @Test
  @Timeout(20)
  void itTakesNoLongerThanSorting() {
    int each = 100_000;
    List<Op> deletes = new ArrayList<>();
    List<Op> puts = new ArrayList<>();
    for (int i = 0; i < each; i++) {
      deletes.add(new DeleteRange(number(2 * i), NO_END, false));
      puts.add(Put.of(number(2 * i + 1), NO_END, 0));
    }
    List<Op> ops = new ArrayList<>(deletes);
    ops.add(new Txn(List.of(), puts, List.of()));
    for (int depth = 0; depth < 100; depth++) {
      Op more = Put.of(number(2 * (each + depth)), NO_END, 0);
      ops = List.of(more, new Txn(List.of(), ops, List.of()));
    }
    assertThat(TxnOverlap.check(new Txn(List.of(), ops, List.of()))).isEmpty();
  }

  private static byte[] number(int i) {
    return ByteBuffer.allocate(Integer.BYTES).putInt(i).array();
  }
}
