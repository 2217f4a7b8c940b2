package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Who wants to be a member and cannot: each start is refused in the original's words (spec/peer.md
 * 6.3, 6.4), and the members that are there go on.
 */
class JoiningTest {
  private static final Set<String> LINES = Set.of("bootstrap failed", "discovery failed");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @Test
  void everyRefusalIsThatOfTheOriginal() {
    Map<String, String> original;
    Map<String, String> ours;
    // It takes half a minute of nothing but waiting.
    try (Member one = unresolvable(Kind.ORIGINAL);
        Member other = unresolvable(Kind.OURS)) {
      original = refusals(Kind.ORIGINAL);
      ours = refusals(Kind.OURS);
      original.put("a name without an address", unresolved(one));
      ours.put("a name without an address", unresolved(other));
    }
    Differences.none(original, ours);
    assertThat(original.get("a name without an address"))
        .contains("failed to resolve \\\"http://nobody");
    assertThat(original.get("more members than there are")).contains("member count is unequal");
    assertThat(original.get("wiped, as if new")).contains("has already been bootstrapped");
  }

  private Map<String, String> refusals(Kind kind) {
    var answers = new LinkedHashMap<String, String>();
    Path home = scratch.resolve(kind.name());
    try (Founders cluster = Founders.in(home, List.of(kind, kind))) {
      cluster.start();
      cluster.ids();
      starts(cluster)
          .forEach((name, flags) -> {
            Member stranger = Member.in(home.resolve(name.replace(' ', '-')), "x");
            String[] own =
                flags.stream()
                    .map(flag -> flag.replace("SELF", stranger.peerUrl()))
                    .toArray(String[]::new);
            answers.put(name, refusal(cluster, stranger, stranger.startRefused(kind, own)));
          });
      Member wiped = cluster.get(1);
      wiped.kill();
      wiped.wipe();
      answers.put("wiped, as if new", refusal(cluster, wiped, wiped.startRefused(kind)));
      assertThat(cluster.get(0).etcdctl("get", "a", "--consistency=s").exitCode()).isZero();
    }
    return answers;
  }

  private Member unresolvable(Kind kind) {
    Member member = Member.in(scratch.resolve("unresolvable-" + kind), "x");
    member.launch(kind.etcd(), List.of("--initial-cluster=x=http://nobody.invalid:2380"));
    return member;
  }

  private static String unresolved(Member member) {
    int exitCode = member.awaitExit(Member.START_LIMIT);
    Set<String> lines =
        Set.of(
            "bootstrap failed",
            "discovery failed",
            "resolved URL Host",
            "failed to resolve URL Host",
            "failed to resolve URL Host; returning");
    // Whom it asked, and what that one answered, is the machine's.
    return exitCode
        + "\n"
        + LogLines.of(member.log(), lines).stream()
            .map(line -> line.replaceAll("lookup nobody.invalid[^\")]*", "lookup nobody.invalid"))
            .map(line -> line.replace(member.peerUrl(), "OWN URL"))
            .map(line -> line.replace("127.0.0.1:" + member.peerPort(), "OWN ADDRESS"))
            .distinct()
            .collect(Collectors.joining("\n"));
  }

  private static Map<String, List<String>> starts(Founders cluster) {
    String first = cluster.get(0).peerUrl();
    String second = cluster.get(1).peerUrl();
    String existing = "--initial-cluster-state=existing";
    var starts = new LinkedHashMap<String, List<String>>();
    starts.put("one URL twice", List.of("--initial-cluster=x=SELF,y=SELF"));
    starts.put("own name missing", List.of("--initial-cluster=y=SELF"));
    starts.put("other URLs than advertised", List.of("--initial-cluster=x=http://127.0.0.1:1"));
    starts.put("a URL with a path", List.of("--initial-cluster=x=SELF,y=http://127.0.0.1:1/"));
    starts.put("nobody there", List.of("--initial-cluster=x=SELF,y=http://127.0.0.1:1", existing));
    starts.put(
        "more members than there are",
        List.of("--initial-cluster=x=SELF,m0=" + first + ",m1=" + second, existing));
    starts.put("not added", List.of("--initial-cluster=x=SELF,m0=" + first, existing));
    return starts;
  }

  /**
   * Exit code and last words; the order of members is that of ids, which are chance, and so is the
   * last pair of URLs that was compared.
   */
  private static String refusal(Founders cluster, Member who, Run.Result result) {
    String lines =
        LogLines.of(result.output(), LINES).stream()
            .map(line -> cluster.named(line).replace(who.peerUrl(), "OWN URL"))
            .map(line -> line.replaceAll("ClusterID:.*RemovedMemberIDs", "MEMBERS"))
            .map(line -> line.replaceAll("last resolver error.*", "last resolver error"))
            .collect(Collectors.joining("\n"));
    return result.exitCode() + "\n" + lines;
  }
}
