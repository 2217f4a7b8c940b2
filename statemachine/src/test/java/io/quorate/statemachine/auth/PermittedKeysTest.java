package io.quorate.statemachine.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.statemachine.request.Permission;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

/** The union of permitted ranges (spec/server.md 5.4) against what a sceptic would try by hand. */
final class PermittedKeysTest {
  private static final int ROUNDS = Boolean.getBoolean("long") ? 200_000 : 5_000;
  private static final byte[] OPEN = {0};

  /** One permitted range, as it was given. */
  private record Given(byte[] key, byte[] end) {
    boolean has(byte[] candidate) {
      if (end.length == 0) {
        return Arrays.equals(key, candidate);
      }
      return Arrays.compareUnsigned(key, candidate) <= 0
          && (Arrays.equals(end, OPEN) || Arrays.compareUnsigned(candidate, end) < 0);
    }

    /** The first key behind it. */
    byte[] behind() {
      return end.length == 0 ? Arrays.copyOf(key, key.length + 1) : end;
    }
  }

  @Test
  void aRangeIsPermittedWhereNoKeyOfItIsLeftOut() {
    long seed = System.nanoTime();
    Random random = new Random(seed);
    for (int round = 0; round < ROUNDS; round++) {
      List<Given> given = new ArrayList<>();
      List<Permission> permissions = new ArrayList<>();
      for (int i = random.nextInt(6); i > 0; i--) {
        Given one = range(random);
        int type = random.nextInt(4); // 3 is no type that anybody knows
        permissions.add(new Permission(type, one.key, one.end));
        if (type == Permission.READ || type == Permission.READWRITE) {
          given.add(one);
        }
      }
      Given asked = range(random);
      assertThat(PermittedKeys.of(permissions, Access.READ).contains(asked.key, asked.end))
          .as(
              "seed %d round %d: %s..%s of %s",
              seed, round, hex(asked.key), hex(asked.end), text(permissions))
          .isEqualTo(permitted(given, asked));
    }
  }

  // If a key of the range is missing, the first one missing is its first key, or the first key
  // behind a permitted range.
  private static boolean permitted(List<Given> given, Given asked) {
    List<byte[]> suspects = new ArrayList<>(List.of(asked.key));
    for (Given each : given) {
      if (!Arrays.equals(each.end, OPEN) && asked.has(each.behind())) {
        suspects.add(each.behind());
      }
    }
    return suspects.stream().allMatch(key -> given.stream().anyMatch(each -> each.has(key)));
  }

  /** Non-empty ranges over few keys, so that they touch, overlap and repeat. */
  private static Given range(Random random) {
    byte[] key = key(random);
    return switch (random.nextInt(4)) {
      case 0 -> new Given(key, new byte[0]);
      case 1 -> new Given(key, random.nextInt(4) == 0 ? OPEN : Arrays.copyOf(key, key.length + 1));
      default -> {
        byte[] end = key(random);
        int order = Arrays.compareUnsigned(key, end);
        yield order < 0
            ? new Given(key, end)
            : order > 0 ? new Given(end, key) : new Given(key, new byte[0]);
      }
    };
  }

  private static byte[] key(Random random) {
    byte[] alphabet = {0, 'a', 'b', (byte) 0xff};
    byte[] key = new byte[1 + random.nextInt(2)];
    for (int i = 0; i < key.length; i++) {
      key[i] = alphabet[random.nextInt(alphabet.length)];
    }
    // A single zero byte stands for no bound at all, as an end.
    return key.length == 1 && key[0] == 0 ? new byte[] {'a'} : key;
  }

  /** What it is depends on the shape of the tree that the granted ranges stand in. */
  @Test
  void anInvertedRangeGetsTheAnswerThatEtcdGives() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("inverted-ranges.txt")) {
      List<String> lines =
          new String(in.readAllBytes(), StandardCharsets.US_ASCII)
              .lines()
              .filter(line -> !line.startsWith("#"))
              .toList();
      assertThat(lines).isNotEmpty();
      for (String line : lines) {
        String[] words = line.split(" ");
        List<Permission> permissions =
            Arrays.stream(words[0].split(",")).map(PermittedKeysTest::granted).toList();
        String[] asked = words[1].split("-");
        assertThat(
                PermittedKeys.of(permissions, Access.READ)
                    .contains(ascii(asked[0]), ascii(asked[1])))
            .as(line)
            .isEqualTo(words[2].equals("yes"));
      }
    }
  }

  /** As {@code a}, {@code a-c} or, without an upper bound, {@code a-}. */
  private static Permission granted(String text) {
    String[] ends = text.split("-", -1);
    byte[] end = ends.length == 1 ? new byte[0] : ends[1].isEmpty() ? OPEN : ascii(ends[1]);
    return new Permission(Permission.READ, ascii(ends[0]), end);
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.US_ASCII);
  }

  @Test
  void rangesWithoutKeysPermitNothing() {
    for (Permission empty :
        List.of(
            new Permission(Permission.READ, new byte[0], OPEN),
            new Permission(Permission.READ, new byte[] {'b'}, new byte[] {'b'}),
            new Permission(Permission.READ, new byte[] {'b'}, new byte[] {'a'}))) {
      PermittedKeys keys = PermittedKeys.of(List.of(empty), Access.READ);
      assertThat(keys.contains(new byte[] {'b'}, new byte[0])).isFalse();
      assertThat(keys.contains(new byte[] {'a'}, new byte[0])).isFalse();
    }
  }

  private static String text(List<Permission> permissions) {
    List<String> all = new ArrayList<>();
    permissions.forEach(
        each -> all.add(each.type() + " " + hex(each.key()) + ".." + hex(each.rangeEnd())));
    return all.toString();
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
