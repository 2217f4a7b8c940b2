package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** SIGKILL at any instant, again and again: what a client was told is written stays written. */
class KillLoopTest {
  private static final int ROUNDS = Boolean.getBoolean("long") ? 100 : 15;
  private static final long SEED = 20261121;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void nothingAcknowledgedIsLost(Kind kind) throws IOException, InterruptedException {
    // The original proves the harness; a few rounds are enough for that.
    int rounds = kind == Kind.ORIGINAL ? 3 : ROUNDS;
    Random random = new Random(SEED);
    Path record = scratch.resolve("acknowledged.jsonl");
    try (Member member =
        Member.in(scratch).flags("--snapshot-count=500", "--snapshot-catchup-entries=100")) {
      for (int round = 1; round <= rounds; round++) {
        member.start(kind);
        if (round > 1) {
          member.checker("killread", "-record=" + record).succeeded();
        }
        long before = Files.exists(record) ? Files.size(record) : 0;
        Process writer =
            Run.command(
                    Programs.original("checker"),
                    "killwrite",
                    "-endpoint=" + member.endpoint(),
                    "-record=" + record,
                    "-run=" + round)
                .background(scratch.resolve("writer-" + round + ".log"));
        // On a busy machine the writers begin late; what is never written cannot be lost.
        long deadline = System.nanoTime() + Member.START_LIMIT.toNanos();
        while ((!Files.exists(record) || Files.size(record) < before + 5_000)
            && System.nanoTime() < deadline) {
          Thread.sleep(10);
        }
        Thread.sleep(random.nextInt(1300));
        member.kill();
        assertThat(writer.waitFor(60, TimeUnit.SECONDS)).isTrue();
      }
      member.start(kind);
      String verdict = member.checker("killread", "-record=" + record).succeeded();
      assertThat(verdict).matches("acknowledged \\d{3,}, lost 0\n");
      System.out.println(kind + ", " + rounds + " rounds, seed " + SEED + ": " + verdict.strip());
      member.stop();
      assertThat(
              Run.command(Programs.original("bbolt"), "check", member.dbFile().toString())
                  .run()
                  .succeeded())
          .isEqualTo("OK\n");
    }
  }
}
