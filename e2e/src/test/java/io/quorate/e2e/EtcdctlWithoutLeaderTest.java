package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * What etcdctl says where there is no leader: the original's against the original's members, ours
 * against ours. The same lines on stdout and stderr but for times and sizes, the same exit code.
 */
class EtcdctlWithoutLeaderTest {
  private static final String PATIENT = " --command-timeout=14s";

  /** They have no limit of their own: what they have said by then, and that they go on. */
  private static final Set<String> ENDLESS =
      Set.of(
          "txn",
          "lease timetolive 7b",
          "lease keep-alive 7b --once",
          "lock door",
          "elect door me",
          "user list",
          "role add r",
          "watch k");

  private static final Duration LIMIT = Duration.ofSeconds(60);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void theOtherHalfIsGone() {
    List<String> commands =
        new ArrayList<>(
            List.of(
                "put k v2 --command-timeout=4s",
                "put k v2" + PATIENT,
                "get k --command-timeout=4s",
                "get k" + PATIENT,
                "get k --consistency=s",
                "txn",
                "compaction 2" + PATIENT,
                "lease grant 60" + PATIENT,
                "lease timetolive 7b",
                "lease keep-alive 7b --once",
                "lock door",
                "member list" + PATIENT,
                "member add m9 --peer-urls=http://127.0.0.1:1" + PATIENT,
                "endpoint status",
                "endpoint status -w json",
                "endpoint health --command-timeout=4s",
                "endpoint health --cluster --command-timeout=4s",
                "endpoint hashkv",
                "alarm list" + PATIENT,
                "move-leader 1",
                "user list",
                "watch k"));
    if (Boolean.getBoolean("long")) {
      commands.addAll(
          List.of(
              "del k" + PATIENT,
              "lease grant 60 --command-timeout=4s",
              "lease revoke 7b" + PATIENT,
              "elect door me",
              "member list --command-timeout=4s",
              "endpoint status -w table",
              "endpoint health" + PATIENT,
              "alarm disarm" + PATIENT,
              "defrag",
              "role add r",
              "auth status" + PATIENT,
              "lease list",
              "get k --consistency=s --rev=99"));
    }
    compare(kind -> {
      try (Founders pair =
          Founders.in(
              scratch.resolve(kind.name()),
              List.of(kind, kind),
              "--election-timeout=200",
              "--heartbeat-interval=20")) {
        pair.start();
        pair.ids();
        Member left = pair.get(0);
        left.etcdctl("put", "k", "v").succeeded();
        pair.get(1).kill();
        left.await(() -> RawHttp.ask(left.clientPort(), "GET", "/health").contains("NO LEADER"));
        return answers(
            kind,
            left,
            commands,
            text ->
                pair.named(text)
                    .replace(left.hostAndPort(), "HOST:PORT")
                    // Two elect their leader at the second attempt too.
                    .replaceAll("\\d+, \\d+, \\d+, etcdserver", "N, N, N, etcdserver")
                    .replaceAll("(\\| +\\d+ ){3}\\| etcdserver", "| N | N | N | etcdserver")
                    .replaceAll("\"(cluster_id|raft\\w+)\":\\d+", "\"$1\":N"));
      }
    });
  }

  @Test
  void theOthersHaveNeverBeenThere() {
    List<String> commands = new ArrayList<>();
    for (String command :
        List.of(
            "put k v",
            "get k",
            "get k --consistency=s",
            "lease grant 60",
            "member list",
            "endpoint status",
            "endpoint status --cluster",
            "endpoint health",
            "endpoint hashkv",
            "alarm list",
            "auth status")) {
      commands.add(command + " --command-timeout=3s");
    }
    compare(kind -> {
      try (Founders three = Founders.in(scratch.resolve(kind.name()), List.of(kind, kind, kind))) {
        three.launch(0);
        Member alone = three.get(0);
        alone.awaitLog(line -> line.contains("\"serving peer traffic\""), "peers served");
        return answers(kind, alone, commands, text -> text.replace(alone.hostAndPort(), "m0"));
      }
    });
  }

  private static void compare(Function<Kind, Map<String, String>> answers) {
    var original = CompletableFuture.supplyAsync(() -> answers.apply(Kind.ORIGINAL));
    Map<String, String> ours = answers.apply(Kind.OURS);
    Differences.none(original.join(), ours);
  }

  /** All at once: most of them wait for long. */
  private static Map<String, String> answers(
      Kind kind, Member member, List<String> commands, UnaryOperator<String> named) {
    Map<String, String> answers = new ConcurrentHashMap<>();
    try (ExecutorService all = Executors.newFixedThreadPool(24)) {
      for (String command : commands) {
        all.execute(() -> answers.put(command, named.apply(answer(kind, member, command))));
      }
    }
    assertThat(answers).containsOnlyKeys(commands);
    return new LinkedHashMap<>(answers);
  }

  private static String answer(Kind kind, Member member, String command) {
    List<String> words = new ArrayList<>();
    if (ENDLESS.contains(command)) {
      words.addAll(List.of("timeout", "14"));
    }
    words.add(kind.etcdctl().toString());
    words.addAll(List.of(command.split(" ")));
    Run.Result result =
        Run.command(words)
            .with("ETCDCTL_ENDPOINTS", member.hostAndPort())
            .input("\nput k v3\n\n\n")
            .limit(LIMIT)
            .run();
    return result.exitCode()
        + "\n"
        + plain(result.output())
        + "\n"
        + plain(EtcdctlLines.plain(result.error()));
  }

  private static String plain(String text) {
    String plain =
        text.replaceAll("took:? =? ?[0-9.]+(µs|ms|s)", "took N")
            .replaceAll("\"attempt\":\\d+", "\"attempt\":N")
            // How much of the file is free depends on when it was committed.
            .replaceAll("\\d+ kB", "N kB")
            .replaceAll("kB +\\| +\\d+%", "kB | N%")
            .replaceAll("kB, \\d+%", "kB, N%")
            .replaceAll("\"(dbSize|dbSizeInUse)\":\\d+", "\"$1\":N")
            // Whose deadline comes first, the client's or the server's, is chance.
            .replace(
                "stream terminated by RST_STREAM with error code: CANCEL",
                "context deadline exceeded");
    return plain.lines().distinct().collect(Collectors.joining("\n"));
  }
}
