package io.quorate.dist;

import java.io.IOException;
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
          "version");

  private EtcdctlSession() {}

  static void record(Path launcher, String endpoint, Path scratch)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>();
    command.add(launcher.toString());
    for (String line : COMMANDS) {
      command.addAll(List.of(line.split(" ")));
      command.add("--endpoints=" + endpoint);
      command.add(";");
    }
    command.addAll(List.of("put", "training/c", "3"));
    command.add("--endpoints=" + endpoint + "," + endpoint + "," + endpoint);
    command.add(";");
    ProcessBuilder builder = new ProcessBuilder(command);
    builder
        .environment()
        .put(
            "QUORATE_JVM_OPTIONS",
            "-XX:AOTMode=record -XX:AOTConfiguration="
                + scratch.resolve("etcdctl.aotconf")
                + " io.quorate.etcdctl.TrainingSession");
    Path log = scratch.resolve("etcdctl.log");
    Process process = builder.redirectErrorStream(true).redirectOutput(log.toFile()).start();
    if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS) || process.exitValue() != 0) {
      process.destroyForcibly();
      throw new IOException("etcdctl failed; see " + log);
    }
  }
}
