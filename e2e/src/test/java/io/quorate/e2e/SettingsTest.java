package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Command lines, environments and files that etcd refuses: the original's exit code, its plain
 * lines, and message and fields of each line of its log are ours too (spec/server.md 1.1 to 1.6).
 */
class SettingsTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /**
   * One start that is refused.
   *
   * @param file the YAML file's text; empty for none
   */
  record Start(List<String> flags, Map<String, String> environment, String file) {
    static Start flags(String... flags) {
      return new Start(List.of(flags), Map.of(), "");
    }

    static Start environment(String... pairs) {
      var environment = new TreeMap<String, String>();
      for (int i = 0; i < pairs.length; i += 2) {
        environment.put(pairs[i], pairs[i + 1]);
      }
      return new Start(List.of(), environment, "");
    }

    static Start file(String yaml, String... flags) {
      return new Start(List.of(flags), Map.of("ETCD_NAME", "ignored"), yaml);
    }

    @Override
    public String toString() {
      return flags + " " + environment + " " + file.replace("\n", "; ");
    }
  }

  /** Ends a start that would succeed; one of the last checks but a few. */
  private static final String STOP = "--auto-compaction-mode=x";

  static List<Start> starts() {
    return List.of(
        // What does not parse.
        Start.flags("--no-such-flag"),
        Start.flags("--version", "--no-such-flag"),
        Start.flags("--snapshot-count=abc"),
        Start.flags("--quota-backend-bytes=8GB"),
        Start.flags("--pre-vote=maybe"),
        Start.flags("--pre-vote", "false"),
        Start.flags("--feature-gates=X=true"),
        Start.flags("--cors=*,http://a:1"),
        Start.flags("--listen-peer-urls=http://127.0.0.1:1/"),
        Start.flags("--snapshot-count"),
        Start.flags("--", "--name"),
        // What contradicts itself or makes no sense.
        Start.flags("--heartbeat-interval=0", "--name=s1"),
        Start.flags("--name=s1", "--listen-client-urls=http://foo.com:1"),
        Start.flags("--listen-client-urls=http://127.0.0.1:1"),
        Start.flags("--feature-gates=LeaseCheckpointPersist=true"),
        Start.flags(
            "--feature-gates=StopGRPCServiceOnDefrag=true",
            "--experimental-stop-grpc-service-on-defrag"),
        Start.flags("--discovery=http://x", "--discovery-srv=y"),
        Start.flags("--tls-min-version=x", "--max-snapshots=3"),
        Start.flags(STOP, "--experimental-memory-mlock"),
        Start.flags(STOP, "--log-format=console", "--log-outputs=stdout,stderr"),
        Start.flags(STOP, "--log-level=WARN"),
        // The log.
        Start.flags("--log-level=x"),
        Start.flags("--log-format=x", "--max-snapshots=3"),
        Start.flags("--log-outputs=default,stdout"),
        Start.flags("--log-outputs=/nonexistent/x"),
        Start.flags("--enable-log-rotation", "--log-outputs=x.log", "--log-rotation-config-json=z"),
        Start.flags(STOP, "--enable-log-rotation", "--log-outputs=x.log,stdout"),
        // The environment.
        new Start(List.of("--name=a"), Map.of("ETCD_NAME", "a", "ETCD_DATA_DIR", "d"), ""),
        Start.environment("ETCD_SNAPSHOT_COUNT", "x", "ETCD_NO_SUCH", "1"),
        Start.environment(
            "ETCD_AUTO_COMPACTION_MODE", "x", "ETCD_VERSION", "3.6", "ETCD_MAX_WALS", ""),
        Start.environment("ETCD_CONFIG_FILE", "/nonexistent"),
        // The file.
        Start.file("heartbeat-interval: 0\nlog-level: error\n", "--name=x"),
        Start.file("auto-compaction-mode: x\nlog-format: console\nmax-snapshots: 3\n"),
        Start.file("grpc-keepalive-min-time: 5s\n"),
        Start.file("name: 5\nelection-timeout: x\n"),
        Start.file("peer-transport-security: x\n"),
        Start.file("listen-client-urls: foo\n"),
        Start.file("a: b: c\n"),
        Start.file("initial-cluster-state: x\n"),
        // What shows only at the start.
        atStart("--auto-compaction-retention=x", "--data-dir=d"),
        atStart("--listen-client-http-urls=http://127.0.0.1:0"),
        atStart("--listen-peer-urls=https://127.0.0.1:0"));
  }

  /** On any free ports. */
  private static Start atStart(String... flags) {
    List<String> all = new ArrayList<>();
    all.add("--name=s1");
    all.add("--listen-client-urls=http://127.0.0.1:0");
    all.add("--advertise-client-urls=http://127.0.0.1:1");
    all.add("--listen-peer-urls=http://127.0.0.1:0");
    all.addAll(List.of(flags));
    return new Start(all, Map.of(), "");
  }

  @ParameterizedTest
  @MethodSource("starts")
  void refusedInTheSameWords(Start start) throws IOException {
    Run.Result original = run(Kind.ORIGINAL, start);
    Run.Result ours = run(Kind.OURS, start);
    assertThat(original.exitCode()).as("the original refuses: " + original).isNotZero();
    assertThat(ours.exitCode()).as(ours.output() + ours.error()).isEqualTo(original.exitCode());
    assertThat(said(ours.error())).isEqualTo(said(original.error()));
    assertThat(said(ours.output())).isEqualTo(said(original.output()));
  }

  private Run.Result run(Kind kind, Start start) throws IOException {
    // The same working directory, one after the other, so that paths are the same.
    Path folder = Files.createDirectories(scratch.resolve(kind.name()));
    List<String> command = new ArrayList<>();
    command.add(kind.etcd().toString());
    if (!start.file.isEmpty()) {
      Path file = Files.writeString(scratch.resolve("etcd.yml"), start.file);
      command.add("--config-file=" + file);
    }
    command.addAll(start.flags);
    Run run = Run.command(command).in(folder);
    start.environment.forEach(run::with);
    return run.run();
  }

  /** What was said, without what differs from run to run or from program to program. */
  private static List<String> said(String output) throws IOException {
    List<String> said = new ArrayList<>();
    for (String line : output.lines().toList()) {
      if (line.startsWith("{")) {
        JsonNode json = new ObjectMapper().readTree(line);
        StringBuilder text = new StringBuilder();
        for (Iterator<Map.Entry<String, JsonNode>> fields = json.properties().iterator();
            fields.hasNext(); ) {
          Map.Entry<String, JsonNode> field = fields.next();
          switch (field.getKey()) {
            case "ts", "caller", "stacktrace" -> text.append(field.getKey()).append(' ');
            case "args" -> text.append("args ").append(withoutProgram(field.getValue()));
            default ->
                // A port that the system chose.
                text.append(field.toString().replaceAll("127\\.0\\.0\\.1:\\d+", "127.0.0.1:0"))
                    .append(' ');
          }
        }
        said.add(text.toString().strip());
      } else if (line.startsWith("goroutine")) {
        // A crash of the original: its stack is its own.
        break;
      } else if (line.matches("\\d{4}-.*\t.*")) {
        String[] columns = line.split("\t", 4);
        said.add(columns[1] + " " + columns[3].replaceAll("\"/[^\"]*/etcd\", ", ""));
      } else if (!line.isBlank()) {
        said.add(line);
      }
    }
    return said;
  }

  private static List<String> withoutProgram(JsonNode args) {
    List<String> words = new ArrayList<>();
    args.forEach(word -> words.add(word.asText()));
    return words.subList(1, words.size());
  }

  @Test
  void helpIsTheSameByteForByte() {
    for (String flag : List.of("-h", "--help")) {
      Run.Result original = Run.command(Kind.ORIGINAL.etcd(), flag).run();
      Run.Result ours = Run.command(Kind.OURS.etcd(), flag).run();
      assertThat(ours).isEqualTo(original);
    }
  }
}
