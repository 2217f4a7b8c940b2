package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * One member of one kind or the other: a data directory, its ports, and the process that serves it
 * from time to time. Closing it kills the process.
 */
final class Member implements AutoCloseable {
  /** In bad times (a cold machine with two cores under load) the slower of the two needs this. */
  static final Duration START_LIMIT = Duration.ofSeconds(60);

  static final String READY = "ready to serve client requests";

  private static final Pattern PUBLISHED =
      Pattern.compile(
          "\"published local member to cluster through raft\",\"local-member-id\":\"(\\w+)\""
              + ".*\"cluster-id\":\"(\\w+)\"");

  private static final Set<Integer> GIVEN_PORTS = ConcurrentHashMap.newKeySet();

  private final Path home;
  private final String name;
  private final int clientPort;
  private final int peerPort;
  private final List<String> flags = new ArrayList<>();
  private final Map<String, String> environment = new TreeMap<>();
  private @org.jspecify.annotations.Nullable Process process;
  private Path log;
  private int starts;
  private String id = "";
  private String clusterId = "";

  private Member(Path home, String name) {
    this(home, name, freePort(), freePort());
  }

  private Member(Path home, String name, int clientPort, int peerPort) {
    this.home = home;
    this.name = name;
    this.clientPort = clientPort;
    this.peerPort = peerPort;
    this.log = home.resolve("none.log");
  }

  /** A member with its data directory and logs under {@code home}, not started. */
  static Member in(Path home) {
    return in(home, "m1");
  }

  static Member in(Path home, String name) {
    return new Member(home, name);
  }

  /**
   * A new member under {@code otherHome} with the name and addresses of this one, hence its ids.
   */
  Member another(Path otherHome) {
    return new Member(otherHome, name, clientPort, peerPort);
  }

  /** Flags of every later start, beside those for name, directory and addresses. */
  Member flags(String... more) {
    flags.addAll(List.of(more));
    return this;
  }

  /** A variable of every later start. */
  Member environment(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  Path dataDir() {
    return home.resolve("data");
  }

  Path dbFile() {
    return dataDir().resolve("member/snap/db");
  }

  String endpoint() {
    return "http://127.0.0.1:" + clientPort;
  }

  String hostAndPort() {
    return "127.0.0.1:" + clientPort;
  }

  String name() {
    return name;
  }

  String peerUrl() {
    return "http://127.0.0.1:" + peerPort;
  }

  int clientPort() {
    return clientPort;
  }

  int peerPort() {
    return peerPort;
  }

  /** Starts a process and waits until it serves. */
  Member start(Kind kind) {
    return start(kind.etcd());
  }

  Member start(Path etcd) {
    launch(etcd);
    awaitReady();
    return this;
  }

  /** Waits until the process that {@link #launch} started serves. */
  void awaitReady() {
    awaitLog(line -> line.contains(READY), "the line '" + READY + "'");
  }

  /** Starts a process that is expected to give up, and returns its exit code and log. */
  Run.Result startRefused(Kind kind, String... once) {
    launch(kind.etcd(), List.of(once));
    int exitCode = awaitExit(START_LIMIT);
    assertThat(log()).as("log of a start that must fail").doesNotContain(READY);
    return new Run.Result(exitCode, log(), "");
  }

  /** Starts a process and returns at once. */
  void launch(Path etcd) {
    launch(etcd, List.of());
  }

  /** The same with flags that only this start has. */
  void launch(Path etcd, List<String> more) {
    if (process != null && process.isAlive()) {
      throw new AssertionError("already running");
    }
    try {
      Files.createDirectories(home);
      log = home.resolve("start-" + ++starts + ".log");
      String peer = "http://127.0.0.1:" + peerPort;
      List<String> command = new ArrayList<>();
      command.addAll(List.of(etcd.toString(), "--name=" + name, "--data-dir=" + dataDir()));
      command.add("--listen-client-urls=" + endpoint());
      command.add("--advertise-client-urls=" + endpoint());
      command.add("--listen-peer-urls=" + peer);
      command.add("--initial-advertise-peer-urls=" + peer);
      command.add("--initial-cluster=" + name + "=" + peer);
      command.addAll(flags);
      command.addAll(more);
      Run run = Run.command(command);
      environment.forEach(run::with);
      process = run.background(log);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isAlive() {
    return process != null && process.isAlive();
  }

  long pid() {
    return running().pid();
  }

  /** SIGTERM; returns the exit code as a shell would show it. */
  int stop() {
    running().destroy();
    return awaitExit(Duration.ofSeconds(30));
  }

  /** SIGKILL. */
  void kill() {
    running().destroyForcibly();
    awaitExit(Duration.ofSeconds(30));
  }

  /** Deletes the data directory. */
  void wipe() {
    try (Stream<Path> files = Files.walk(dataDir())) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  int awaitExit(Duration limit) {
    try {
      if (!running().waitFor(limit.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError("still running after " + limit + "\n" + tail());
      }
      return running().exitValue();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** Waits for a line of the current process's log. */
  void awaitLog(Predicate<String> wanted, String what) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (log().lines().noneMatch(wanted)) {
      if (System.nanoTime() > deadline || !running().isAlive()) {
        // What it wrote last may have come between the two looks.
        if (log().lines().anyMatch(wanted)) {
          return;
        }
        throw new AssertionError(
            what
                + " did not come"
                + (isAlive() ? " within " + START_LIMIT : "; it ended")
                + "\n"
                + tail());
      }
      try {
        Thread.sleep(20);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** Waits until {@code wanted} is so. */
  void await(BooleanSupplier wanted) {
    long deadline = System.nanoTime() + START_LIMIT.toNanos();
    while (!wanted.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not so within " + START_LIMIT + "\n" + tail());
      }
      try {
        Thread.sleep(50);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
    }
  }

  /** The member's id, hexadecimal, once it has been ready. */
  String id() {
    learnIds();
    return id;
  }

  /** The cluster's. */
  String clusterId() {
    learnIds();
    return clusterId;
  }

  private void learnIds() {
    if (id.isEmpty()) {
      // The original may publish itself after it has said that it is ready.
      await(this::isPublished);
    }
  }

  private boolean isPublished() {
    Matcher line = PUBLISHED.matcher(log());
    boolean published = line.find();
    if (published) {
      id = line.group(1);
      clusterId = line.group(2);
    }
    return published;
  }

  /** Everything that the current or last process printed. */
  String log() {
    try {
      return Files.exists(log) ? new String(Files.readAllBytes(log), StandardCharsets.UTF_8) : "";
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String tail() {
    List<String> lines = log().lines().toList();
    return log
        + ":\n"
        + String.join("\n", lines.subList(Math.max(0, lines.size() - 30), lines.size()));
  }

  private Process running() {
    if (process == null) {
      throw new AssertionError("never started");
    }
    return process;
  }

  /** Our Go checker against this member. */
  Run.Result checker(String command, String... arguments) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of(Programs.original("checker").toString(), command, "-endpoint", endpoint()));
    all.addAll(List.of(arguments));
    return Run.command(all).limit(Duration.ofMinutes(5)).run();
  }

  /** The whole state, as the official client sees it; equal states give equal texts. */
  String dump() {
    return checker("dump").succeeded();
  }

  /** The original's etcdctl 3.6.14 against this member. */
  Run.Result etcdctl(String... arguments) {
    return etcdctl(Programs.original("etcdctl"), "", arguments);
  }

  Run.Result etcdctl(Path program, String input, String... arguments) {
    List<String> all = new ArrayList<>();
    all.addAll(List.of(program.toString(), "--endpoints", hostAndPort()));
    all.addAll(List.of(arguments));
    // Its own limits, 2 s and 5 s, are short for a machine with other things to do.
    return Run.command(all)
        .with("ETCDCTL_DIAL_TIMEOUT", "30s")
        .with("ETCDCTL_COMMAND_TIMEOUT", "60s")
        .input(input)
        .run();
  }

  @Override
  public void close() {
    if (isAlive()) {
      kill();
    }
  }

  /**
   * A port that no other call was or will be given, so that classes that run side by side never
   * meet on one. It lies below those that the kernel gives to outgoing connections: none of these,
   * which come and go by the thousand, can take it while the member is down. The checker takes its
   * own from 24,000 on.
   */
  static int freePort() {
    while (true) {
      int port = ThreadLocalRandom.current().nextInt(10_000, 24_000);
      if (!GIVEN_PORTS.add(port)) {
        continue;
      }
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (IOException taken) {
        // Another one then.
      }
    }
  }
}
