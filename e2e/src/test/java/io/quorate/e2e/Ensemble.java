package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * Members of several builds that are one cluster, and clients that read and write all the while
 * ({@code checker workload}). {@link #finish} checks what these saw, and that all members are
 * equal: member list, hashes and ranges at three revisions, leases.
 */
final class Ensemble implements AutoCloseable {
  private static final Run.Result DONE = new Run.Result(0, "", "");

  private final Path scratch;
  private final List<Member> members = new ArrayList<>();
  private final Set<Member> voters = new LinkedHashSet<>();
  private final Set<Member> removed = new LinkedHashSet<>();
  private @org.jspecify.annotations.Nullable Process workload;
  private final Path workloadLog;
  private final Path live;

  Ensemble(Path scratch) {
    this.scratch = scratch;
    live = scratch.resolve("live");
    workloadLog = scratch.resolve("workload.log");
  }

  /** Members that know of each other from the start, all started at once. */
  Ensemble found(Build... builds) {
    for (int i = 0; i < builds.length; i++) {
      create();
    }
    members.forEach(member -> member.flags("--initial-cluster=" + initialCluster()));
    for (int i = 0; i < builds.length; i++) {
      launch(members.get(i), builds[i]);
    }
    members.forEach(Member::awaitReady);
    voters.addAll(members);
    beginWorkload();
    return this;
  }

  /** Two that are a majority serve before the third comes. */
  Ensemble foundInTurn(Build first, Build second, Build last) {
    for (int i = 0; i < 3; i++) {
      create();
    }
    members.forEach(member -> member.flags("--initial-cluster=" + initialCluster()));
    launch(members.get(0), first);
    launch(members.get(1), second);
    members.get(0).awaitReady();
    members.get(1).awaitReady();
    voters.addAll(members.subList(0, 2));
    beginWorkload();
    grow(0);
    launch(members.get(2), last);
    members.get(2).awaitReady();
    voters.add(members.get(2));
    tellLive();
    return this;
  }

  private Member create() {
    int number = members.size();
    Member member = Member.in(scratch.resolve("m" + number), "m" + number);
    members.add(member);
    return member;
  }

  private static void launch(Member member, Build build) {
    member.launch(build.etcd(), build.shortLogs());
  }

  private static void start(Member member, Build build) {
    launch(member, build);
    member.awaitReady();
  }

  private String initialCluster() {
    return members.stream()
        .filter(member -> !removed.contains(member))
        .map(member -> member.name() + "=" + member.peerUrl())
        .collect(Collectors.joining(","));
  }

  // ---- what can be done to it ----

  /** More entries than the logs keep, through one member. */
  Ensemble grow(int through) {
    members.get(through).checker("load", "-clients=8", "-key-space=50", "-total=300").succeeded();
    return this;
  }

  /** Two leases that outlive the test, each with a key. */
  Ensemble leases(int through) {
    Member member = members.get(through);
    for (String ttl : List.of("6000", "7000")) {
      String granted = retried(() -> member.etcdctl("lease", "grant", ttl));
      retried(() -> member.etcdctl("put", "lives-" + ttl, "v", "--lease=" + granted.split(" ")[1]));
    }
    return this;
  }

  /** Makes it the leader. */
  Ensemble lead(int number) {
    Member wanted = members.get(number);
    long id = field(wanted, "MemberID");
    retried(() ->
        field(wanted, "Leader") == id
            ? DONE
            : Run.command(
                    Programs.original("etcdctl"),
                    "--endpoints=" + endpoints(),
                    "move-leader",
                    Long.toHexString(id))
                .run());
    return this;
  }

  /** Away for longer than the logs of the others reach back. */
  Ensemble awayAndBack(int number, Build build) {
    Member member = members.get(number);
    down(member);
    member.kill();
    grow(number == 0 ? 1 : 0);
    start(member, build);
    up(member);
    return this;
  }

  /** The member's directory goes on under another build. */
  Ensemble handOver(int number, Build build) {
    Member member = members.get(number);
    down(member);
    assertThat(member.stop()).isIn(0, 143);
    start(member, build);
    up(member);
    return this;
  }

  /** Both at once, while nobody serves. */
  Ensemble handOverAll(Build... builds) {
    List<Member> running = List.copyOf(voters);
    running.forEach(Member::kill);
    for (int i = 0; i < builds.length; i++) {
      launch(running.get(i), builds[i]);
    }
    running.forEach(Member::awaitReady);
    return this;
  }

  /** Kills it, and starts it again when the others have a leader without it. */
  Ensemble crash(int number, Build build) {
    Member member = members.get(number);
    down(member);
    member.kill();
    Member other = members.get(number == 0 ? 1 : 0);
    retried(() -> other.etcdctl("put", "after-crash", "of " + number));
    start(member, build);
    up(member);
    return this;
  }

  /** The last that joined. */
  int newest() {
    return members.size() - 1;
  }

  Ensemble joinLearner(int through, Build build) {
    Member joiner = create();
    retried(() -> {
      Run.Result added =
          members
              .get(through)
              .etcdctl(
                  "member", "add", joiner.name(), "--learner", "--peer-urls=" + joiner.peerUrl());
      return added.error().contains("Peer URLs already exists") ? DONE : added;
    });
    joiner.flags("--initial-cluster=" + initialCluster(), "--initial-cluster-state=existing");
    start(joiner, build);
    Run.Result refused = joiner.etcdctl("get", "a");
    assertThat(refused.output() + refused.error())
        .contains("etcdserver: rpc not supported for learner");
    assertThat(joiner.etcdctl("get", "--consistency=s", "a").exitCode()).isZero();
    return this;
  }

  /** The newest, once it has caught up. */
  Ensemble promote(int through) {
    Member learner = members.get(newest());
    String id = Long.toHexString(field(learner, "MemberID"));
    retried(() -> {
      Run.Result promoted = members.get(through).etcdctl("member", "promote", id);
      return promoted.error().contains("can only promote a learner member\"") ? DONE : promoted;
    });
    up(learner);
    return this;
  }

  Ensemble learnerAwayAndBack(Build build) {
    Member learner = members.get(newest());
    learner.kill();
    grow(0);
    start(learner, build);
    return this;
  }

  /** Its process ends by nothing else. */
  Ensemble remove(int through, int number) {
    Member member = members.get(number);
    String id = Long.toHexString(field(member, "MemberID"));
    down(member);
    removed.add(member);
    // Refused until all have been connected for five seconds.
    retried(() -> {
      Run.Result result = members.get(through).etcdctl("member", "remove", id);
      return result.error().contains("member not found") ? DONE : result;
    });
    assertThat(member.awaitExit(Member.START_LIMIT)).isZero();
    assertThat(member.log()).contains("the member has been permanently removed from the cluster");
    return this;
  }

  /** A member of another build in place of this one, with a directory of its own. */
  Ensemble replace(int number, Build build) {
    Member leaving = members.get(number);
    down(leaving);
    remove(alive(), number);
    joinLearner(alive(), build);
    return promote(alive());
  }

  /** One of those that serve. */
  private int alive() {
    return members.indexOf(voters.iterator().next());
  }

  /** A build that the cluster's version is too new for gives up. */
  Ensemble refused(int through, Build build, String line) {
    Member joiner = create();
    retried(() ->
        members
            .get(through)
            .etcdctl(
                "member", "add", joiner.name(), "--learner", "--peer-urls=" + joiner.peerUrl()));
    joiner.flags("--initial-cluster=" + initialCluster(), "--initial-cluster-state=existing");
    launch(joiner, build);
    assertThat(joiner.awaitExit(Member.START_LIMIT)).isNotZero();
    assertThat(joiner.log()).contains(line);
    String id =
        members
            .get(through)
            .etcdctl("member", "list")
            .succeeded()
            .lines()
            .filter(member -> member.contains(joiner.peerUrl()))
            .map(member -> member.substring(0, member.indexOf(',')))
            .findFirst()
            .orElseThrow();
    retried(() -> members.get(through).etcdctl("member", "remove", id));
    removed.add(joiner);
    return this;
  }

  /** Until all members say so. */
  Ensemble clusterVersion(String wanted) {
    for (Member member : voters) {
      retried(() -> {
        String answer = version(member);
        return answer.contains("\"etcdcluster\":\"" + wanted + "\"")
            ? DONE
            : new Run.Result(1, answer, "");
      });
    }
    return this;
  }

  private static String version(Member member) {
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(member.endpoint() + "/version")).build(),
              HttpResponse.BodyHandlers.ofString())
          .body();
    } catch (IOException e) {
      return e.toString();
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  // ---- the clients ----

  private void down(Member member) {
    voters.remove(member);
    tellLive();
  }

  private void up(Member member) {
    voters.add(member);
    tellLive();
  }

  private void tellLive() {
    try {
      Path next = scratch.resolve("live.next");
      Files.writeString(
          next, voters.stream().map(Member::hostAndPort).collect(Collectors.joining(",")));
      Files.move(next, live, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void beginWorkload() {
    tellLive();
    try {
      workload =
          Run.command(Programs.original("checker"), "workload", "-live=" + live)
              .background(workloadLog);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Ends the clients and demands that all they saw is one history. */
  void finish() {
    try {
      Process clients = Objects.requireNonNull(workload);
      clients.destroy();
      assertThat(clients.waitFor(5, TimeUnit.MINUTES)).as("the workload ends").isTrue();
      String verdict = Files.readString(workloadLog);
      assertThat(clients.exitValue()).as(verdict).isZero();
      System.out.println(verdict.strip());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  private String endpoints() {
    return voters.stream().map(Member::hostAndPort).collect(Collectors.joining(","));
  }

  /** Of the member's own status. */
  private static long field(Member member, String name) {
    Pattern pattern = Pattern.compile("\"" + name + "\" : (\\d+)");
    String text = member.etcdctl("endpoint", "status", "-w", "fields").succeeded();
    var found = pattern.matcher(text);
    assertThat(found.find()).as(text).isTrue();
    return Long.parseUnsignedLong(found.group(1));
  }

  /** Until it succeeds, or no patience is left. */
  private static String retried(Supplier<Run.Result> attempt) {
    long deadline = System.nanoTime() + Member.START_LIMIT.toNanos();
    Run.Result result = attempt.get();
    while (result.exitCode() != 0 && System.nanoTime() - deadline < 0) {
      try {
        Thread.sleep(200);
      } catch (InterruptedException e) {
        throw new AssertionError(e);
      }
      result = attempt.get();
    }
    return result.succeeded();
  }

  @Override
  public void close() {
    if (workload != null) {
      workload.destroyForcibly();
    }
    members.forEach(Member::close);
  }
}
