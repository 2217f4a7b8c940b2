package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Our etcdctl beside the original's: each line of {@code e2e/etcdctl/*.table} is run by the
 * original's on a new server of the original, then by ours on a new server of ours (in the long run
 * also on one of the original) at the same addresses, so that ids and revisions are equal. Compared
 * are stdout, stderr and the exit code, byte for byte but for the ids of leases, times, and what
 * log lines say of the process; help pages without their sentences, which are ours.
 *
 * <p>A line holds words between blanks, {@code '…'} around those with blanks, with {@code \n \t \\
 * \xNN} for bytes and {@code {lease}} for the lease granted last; {@code NAME=value} in front sets
 * the environment. A line {@code < text} below it is its stdin. {@code ~N} in front runs it until N
 * lines have come on stdout, with stdin left open, and then ends it by SIGINT.
 */
class EtcdctlTablesTest {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final Pattern UNTIL = Pattern.compile("~(\\d+) (.*)");
  private static final Pattern VARIABLE = Pattern.compile("[A-Z_]+=.*", Pattern.DOTALL);
  private static final Pattern GRANTED = Pattern.compile("lease ([0-9a-f]{16}) granted");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** One line of a table. */
  private record Line(String text, String stdin) {}

  /** What came of it. */
  private record Outcome(String output, String error, int exitCode) {}

  @TestFactory
  Stream<DynamicTest> keys() throws IOException {
    return compare("keys");
  }

  @TestFactory
  Stream<DynamicTest> txn() throws IOException {
    return compare("txn");
  }

  @TestFactory
  Stream<DynamicTest> lease() throws IOException {
    return compare("lease");
  }

  @TestFactory
  Stream<DynamicTest> watch() throws IOException {
    return compare("watch");
  }

  @TestFactory
  Stream<DynamicTest> concurrency() throws IOException {
    return compare("concurrency");
  }

  @TestFactory
  Stream<DynamicTest> parser() throws IOException {
    return compare("parser");
  }

  @TestFactory
  Stream<DynamicTest> auth() throws IOException {
    return compare("auth");
  }

  @TestFactory
  Stream<DynamicTest> cluster() throws IOException {
    return compare("cluster");
  }

  @TestFactory
  Stream<DynamicTest> completion() throws IOException {
    return compare("completion");
  }

  @TestFactory
  Stream<DynamicTest> help() throws IOException {
    return compare("help");
  }

  /** Our server refuses a downgrade until it can go through with it. */
  @TestFactory
  Stream<DynamicTest> downgrade() throws IOException {
    return compare("downgrade", Kind.ORIGINAL);
  }

  private Stream<DynamicTest> compare(String table) throws IOException {
    return compare(table, Boolean.getBoolean("long") ? Kind.values() : new Kind[] {Kind.OURS});
  }

  /**
   * @param servers what ours is run on
   */
  private Stream<DynamicTest> compare(String table, Kind... servers) throws IOException {
    List<Line> lines = lines(Programs.ROOT.resolve("e2e/etcdctl").resolve(table + ".table"));
    Member first = Member.in(scratch.resolve("original"));
    List<Outcome> wanted = run(lines, Programs.original("etcdctl"), first, Kind.ORIGINAL);
    List<DynamicTest> tests = new ArrayList<>();
    for (Kind server : servers) {
      Member again = first.another(scratch.resolve("ours-on-" + server));
      List<Outcome> got = run(lines, Programs.ours("etcdctl"), again, server);
      for (int i = 0; i < lines.size(); i++) {
        Outcome want = wanted.get(i);
        Outcome have = got.get(i);
        tests.add(
            DynamicTest.dynamicTest(
                server + ": " + lines.get(i).text, () -> assertThat(have).isEqualTo(want)));
      }
    }
    assertThat(tests).hasSizeGreaterThanOrEqualTo(lines.size());
    return tests.stream();
  }

  private static List<Line> lines(Path table) throws IOException {
    List<Line> lines = new ArrayList<>();
    for (String text : Files.readAllLines(table)) {
      if (text.startsWith("<")) {
        Line last = lines.removeLast();
        lines.add(new Line(last.text, text.length() > 2 ? text.substring(2) : ""));
      } else if (!text.isEmpty() && !text.startsWith("#")) {
        lines.add(new Line(text, ""));
      }
    }
    return lines;
  }

  private List<Outcome> run(List<Line> lines, Path etcdctl, Member member, Kind server)
      throws IOException {
    List<Outcome> outcomes = new ArrayList<>();
    String lease = "0";
    try (Member running = member.start(server)) {
      // It comes right behind the line that says ready; downgrades need it.
      running.awaitLog(line -> line.contains("set initial cluster version"), "cluster version");
      for (Line line : lines) {
        Outcome outcome = run(line, etcdctl, running, lease);
        Matcher granted = GRANTED.matcher(outcome.output);
        lease = granted.find() ? granted.group(1) : lease;
        outcomes.add(normal(outcome, lease));
      }
    }
    return outcomes;
  }

  /**
   * Through a script, since only so can the words of a command be any bytes; the script becomes the
   * program, so that it gets the signal.
   */
  private Outcome run(Line line, Path etcdctl, Member member, String lease) throws IOException {
    Matcher until = UNTIL.matcher(line.text);
    boolean endless = until.matches();
    String command = endless ? until.group(2) : line.text;
    ByteArrayOutputStream script = new ByteArrayOutputStream();
    if (!command.contains("ndpoints") && !command.contains("ENDPOINTS")) {
      script.writeBytes(ascii("export ETCDCTL_ENDPOINTS=" + member.hostAndPort() + "\n"));
    }
    if (command.contains("--user") || command.contains("ETCDCTL_USER")) {
      // It bounds the authentication, which takes its time on a loaded machine.
      script.writeBytes(ascii("export ETCDCTL_DIAL_TIMEOUT=60s\n"));
    }
    ByteArrayOutputStream words = new ByteArrayOutputStream();
    boolean inFront = true;
    for (String word : split(command)) {
      inFront &= VARIABLE.matcher(word).matches();
      if (inFront) {
        script.writeBytes(ascii("export " + word.replace("=", "='") + "'\n"));
      } else {
        words.writeBytes(ascii(" '"));
        words.writeBytes(quoted(bytes(word.replace("{lease}", lease))));
        words.writeBytes(ascii("'"));
      }
    }
    script.writeBytes(ascii("cd '" + scratch + "'\nexec '" + etcdctl + "'"));
    script.writeBytes(words.toByteArray());
    script.write('\n');
    Path file = Files.write(scratch.resolve("command.sh"), script.toByteArray());
    Path out = scratch.resolve("command.out");
    Path err = scratch.resolve("command.err");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", file.toString())
            .redirectOutput(out.toFile())
            .redirectError(err.toFile());
    builder.environment().keySet().retainAll(List.of("PATH"));
    Process process = builder.start();
    try {
      OutputStream stdin = process.getOutputStream();
      try {
        stdin.write(bytes(line.stdin));
        stdin.flush();
        if (!endless) {
          stdin.close();
        }
      } catch (IOException _) {
        // it did not wait for its input
      }
      if (endless) {
        awaitLines(process, out, Integer.parseInt(until.group(1)));
        Run.command(Path.of("/bin/sh"), "-c", "kill -INT " + process.pid()).run();
      }
      if (!process.waitFor(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError(etcdctl + " " + command + " did not end");
      }
      String output = text(out);
      if (endless) {
        output = firstLines(output, Integer.parseInt(until.group(1)));
      }
      return new Outcome(output, text(err), process.exitValue());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    } finally {
      process.destroyForcibly();
    }
  }

  private static void awaitLines(Process process, Path out, int count)
      throws IOException, InterruptedException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (process.isAlive() && text(out).chars().filter(c -> c == '\n').count() < count) {
      if (System.nanoTime() > deadline) {
        return; // the comparison will show what is missing
      }
      Thread.sleep(10);
    }
  }

  private static String firstLines(String text, int count) {
    String[] lines = text.split("\n", -1);
    return String.join("\n", List.of(lines).subList(0, Math.min(count, lines.length)));
  }

  private static List<String> split(String line) {
    List<String> words = new ArrayList<>();
    StringBuilder word = new StringBuilder();
    boolean any = false;
    boolean quoted = false;
    for (char c : line.toCharArray()) {
      if (c == '\'') {
        quoted = !quoted;
        any = true;
      } else if (c == ' ' && !quoted) {
        if (any) {
          words.add(word.toString());
        }
        word.setLength(0);
        any = false;
      } else {
        word.append(c);
        any = true;
      }
    }
    if (any) {
      words.add(word.toString());
    }
    return words;
  }

  /** The bytes that an escaped text stands for. */
  private static byte[] bytes(String text) {
    byte[] in = text.getBytes(StandardCharsets.UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (int i = 0; i < in.length; i++) {
      if (in[i] != '\\' || i + 1 == in.length) {
        out.write(in[i]);
        continue;
      }
      char kind = (char) in[++i];
      switch (kind) {
        case 'n' -> out.write('\n');
        case 't' -> out.write('\t');
        case '\\' -> out.write('\\');
        case 'x' -> {
          out.write(Integer.parseInt(new String(in, i + 1, 2, StandardCharsets.US_ASCII), 16));
          i += 2;
        }
        default -> {
          out.write('\\');
          out.write(kind);
        }
      }
    }
    return out.toByteArray();
  }

  /** For the shell, within single quotes; a zero byte ends an argument. */
  private static byte[] quoted(byte[] word) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte b : word) {
      if (b == 0) {
        break;
      }
      if (b == '\'') {
        out.writeBytes(ascii("'\\''"));
      } else {
        out.write(b);
      }
    }
    return out.toByteArray();
  }

  private static byte[] ascii(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** One char for each byte. */
  private static String text(Path file) throws IOException {
    return Files.readString(file, StandardCharsets.ISO_8859_1);
  }

  private static Outcome normal(Outcome outcome, String lease) {
    return new Outcome(
        measured(page(leases(outcome.output, lease))),
        measured(EtcdctlLines.plain(leases(outcome.error, lease))),
        outcome.exitCode);
  }

  /** Without what depends on the clock, on pages, and on how often a member proposes for itself. */
  private static String measured(String text) {
    String plain =
        text.replaceAll("took(:? =)? [0-9.]+(Âµs|µs|ms|s)", "took N")
            .replaceAll("\"(took|Took)\"( ?: ?)\"?[0-9.]+(Âµs|µs|ms|s)\"?", "\"$1\"$2N")
            .replaceAll(
                "\"(dbSize(InUse)?|raft(Applied)?Index|DB.*|Raft.*Index)\"( ?: ?)\\d+",
                "\"$1\"$4N");
    if (!plain.contains("% ") && !plain.contains("%,") && !plain.contains("TOOK")) {
      return plain;
    }
    return plain
        .replaceAll("\\d+ kB", "N kB")
        .replaceAll("\\d+%", "N%")
        .replaceAll("\\d+, \\d+, , , false", "N, N, , , false")
        .replaceAll("\\| +\\d+ \\| +\\d+ \\| +\\|", "| N | N | |")
        .replaceAll("[0-9.]+(Âµs|µs|ms|s) ", "N ")
        .replaceAll("(?m)^\\+[-+]+$", "+-")
        .replaceAll(" +", " ");
  }

  private static String leases(String text, String lease) {
    String plain = text;
    if (lease.length() > 1) {
      plain =
          text.replace(lease, "LEASE")
              .replace(Long.toString(Long.parseUnsignedLong(lease, 16)), "LEASE");
    }
    return plain
        .replaceAll("\"ID\":\\d+", "\"ID\":N")
        .replaceAll("\"ID\" : [0-9a-f]+", "\"ID\" : N")
        .replaceAll("/[0-9a-f]{14,16}\\b", "/LEASE")
        .replaceAll("\"Lease\" : [1-9]\\d{15,}", "\"Lease\" : N")
        .replaceAll("lease (?!0000)[0-9a-f]{16}", "lease LEASE")
        .replaceAll("remaining\\(\\d+s", "remaining(Ns")
        .replaceAll("\"ttl\":(9\\d\\d|1000)", "\"ttl\":N")
        .replaceAll("\"TTL\" : (9\\d\\d|1000)\n", "\"TTL\" : N\n");
  }

  /** A help page without its sentences. */
  private static String page(String text) {
    if (!text.contains("\nUSAGE:\n")) {
      return text;
    }
    return text.replaceAll("\t[^\t\n]+(?=\n)", "\t")
        .replaceAll("\nDESCRIPTION:\n(  .*\n)+", "\nDESCRIPTION\n")
        .replaceAll("\nExamples:\n(  .*\n|\n(?=  ))+", "\nExamples\n")
        .replaceFirst("(?<= - ).*", "");
  }
}
