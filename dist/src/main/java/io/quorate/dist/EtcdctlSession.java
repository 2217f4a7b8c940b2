package io.quorate.dist;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The commands of etcdctl that people use every day, in one process that is recorded. */
final class EtcdctlSession {
  private static final Duration LIMIT = Duration.ofMinutes(5);

  private static final List<String> COMMANDS =
      List.of(
          "put training/a 1",
          "put training/a 2 --prev-kv",
          "get training/a",
          "get --prefix training/ -w json",
          "get --prefix training/ -w fields",
          "del training/a --prev-kv",
          "lease list",
          "lease grant 60",
          "member list",
          "member list -w json",
          "endpoint status",
          "endpoint status -w json",
          "endpoint health",
          "endpoint hashkv",
          "user list",
          "role list",
          "alarm list",
          "txn",
          "user add training:password",
          "user get training",
          "role add training",
          "role grant-permission training readwrite training/ --prefix=true",
          "version");

  /**
   * These go on until they are ended, or end by themselves but wait for that in a shutdown hook.
   */
  private static final List<String> ENDLESS =
      List.of(
          "watch training/a",
          "watch --prefix training/ -w json",
          "lock training/held",
          "lock training/short true",
          "elect training/election somebody");

  private static final String TXN =
      """
      version("training/a") > "0"

      put training/b 1
      get training/b

      del training/b

      """;

  private EtcdctlSession() {}

  static void record(Path launcher, String endpoint, Path scratch)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    COMMANDS.forEach(line -> add(command, line, endpoint, ";"));
    ENDLESS.forEach(line -> add(command, line, endpoint, "&"));
    add(command, "put training/a 3", endpoint + "," + endpoint + "," + endpoint, ";");
    Path typed = Files.writeString(scratch.resolve("txn"), TXN);
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .put(
            "QUORATE_JVM_OPTIONS",
            "-XX:AOTMode=record -XX:AOTConfiguration="
                + scratch.resolve("etcdctl.aotconf")
                + " io.quorate.etcdctl.TrainingSession");
    Path log = scratch.resolve("etcdctl.log");
    Process process =
        builder
            .redirectInput(typed.toFile())
            .redirectErrorStream(true)
            .redirectOutput(log.toFile())
            .start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("etcdctl failed; see " + log);
    }
  }

  private static void add(List<String> command, String line, String endpoints, String end) {
    command.addAll(List.of(line.split(" ")));
    command.add("--endpoints=" + endpoints);
    command.add(end);
  }
}
