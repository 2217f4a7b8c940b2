package io.quorate.e2e;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Members m0, m1, … that found a cluster together, each of one kind or the other. */
final class Founders implements AutoCloseable {
  private static final Pattern STATUS = Pattern.compile("\"member_id\":(\\d+).*\"leader\":(\\d+)");

  private final List<Kind> kinds;
  private final List<Member> members = new ArrayList<>();

  private Founders(List<Kind> kinds) {
    this.kinds = kinds;
  }

  /** Not started yet, below {@code home}. */
  static Founders in(Path home, List<Kind> kinds, String... flags) {
    var founders = new Founders(kinds);
    for (int i = 0; i < kinds.size(); i++) {
      founders.members.add(Member.in(home.resolve("m" + i), "m" + i));
    }
    String cluster =
        founders.members.stream()
            .map(member -> member.name() + "=" + member.peerUrl())
            .collect(Collectors.joining(","));
    founders.members.forEach(member -> member.flags("--initial-cluster=" + cluster).flags(flags));
    return founders;
  }

  Member get(int member) {
    return members.get(member);
  }

  Kind kind(int member) {
    return kinds.get(member);
  }

  /** Starts all, and waits until all serve. */
  Founders start() {
    for (int i = 0; i < members.size(); i++) {
      launch(i);
    }
    members.forEach(Member::awaitReady);
    return this;
  }

  void launch(int member, String... once) {
    members.get(member).launch(kinds.get(member).etcd(), List.of(once));
  }

  void start(int member, String... once) {
    launch(member, once);
    members.get(member).awaitReady();
  }

  void stop() {
    members.forEach(Member::stop);
  }

  /** Learns the ids of all, which must be running. */
  void ids() {
    members.forEach(Member::id);
  }

  /** Moves leadership until {@code member} has it and {@code done} is true. */
  void leads(int member, BooleanSupplier done) {
    long deadline = System.nanoTime() + Member.START_LIMIT.toNanos();
    while (!leads(member) || !done.getAsBoolean()) {
      if (System.nanoTime() - deadline > 0) {
        throw new AssertionError("not so, or m" + member + " does not stay leader");
      }
      if (!leads(member)) {
        members.stream()
            .filter(Member::isAlive)
            .forEach(any -> any.etcdctl("move-leader", members.get(member).id()));
      }
      pause(Duration.ofMillis(100));
    }
  }

  private boolean leads(int member) {
    Matcher status =
        STATUS.matcher(members.get(member).etcdctl("endpoint", "status", "-w", "json").output());
    return status.find() && status.group(1).equals(status.group(2));
  }

  private static void pause(Duration time) {
    try {
      Thread.sleep(time.toMillis());
    } catch (InterruptedException e) {
      throw new AssertionError(e);
    }
  }

  /** {@code text} with the members' names in place of their ids and URLs. */
  String named(String text) {
    String named = text;
    for (Member member : members) {
      named = named.replace(member.peerUrl(), "URL of " + member.name());
      named = named.replace(member.endpoint(), "client URL of " + member.name());
      named = named.replace(member.id(), member.name());
      named =
          named.replace(
              Long.toUnsignedString(Long.parseUnsignedLong(member.id(), 16)), member.name());
    }
    return named;
  }

  @Override
  public void close() {
    members.forEach(Member::close);
  }
}
