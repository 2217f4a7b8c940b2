package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * A promotion that a member is asked for which does not lead, while auth is on: the token goes with
 * it, and the leader looks at the rights (spec/peer.md 1.3, 1.6).
 */
class ForwardedPromotionTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void theLeaderLooksAtTheRights(Kind leads) throws Exception {
    Kind asked = leads == Kind.OURS ? Kind.ORIGINAL : Kind.OURS;
    Path home = scratch.resolve(leads.name());
    try (Founders cluster = Founders.in(home, List.of(leads, asked)).start();
        Member learner = Member.in(home.resolve("m2"), "m2")) {
      cluster.ids();
      cluster.leads(
          0,
          () ->
              cluster
                      .get(0)
                      .etcdctl(
                          "member", "add", "m2", "--learner", "--peer-urls=" + learner.peerUrl())
                      .exitCode()
                  == 0);
      learner
          .flags(
              "--initial-cluster=m0=%s,m1=%s,m2=%s"
                  .formatted(cluster.get(0).peerUrl(), cluster.get(1).peerUrl(), learner.peerUrl()),
              "--initial-cluster-state=existing")
          .start(Kind.OURS);
      for (List<String> command :
          List.of(
              List.of("user", "add", "root:pw"),
              List.of("user", "add", "bob:pw"),
              List.of("user", "grant-role", "root", "root"),
              List.of("auth", "enable"))) {
        cluster.get(0).etcdctl(command.toArray(String[]::new)).succeeded();
      }
      String id = learner.id();
      Member follower = cluster.get(1);
      assertThat(follower.etcdctl("--user=bob:pw", "member", "promote", id).error())
          .contains("permission denied");
      assertThat(promoteByPeerPort(cluster.get(0), id)).isEqualTo(500);
      assertThat(follower.etcdctl("--user=root:pw", "member", "promote", id).succeeded())
          .contains("promoted in cluster");
    }
  }

  /** Of nobody. */
  private static int promoteByPeerPort(Member member, String id)
      throws IOException, InterruptedException {
    String decimal = Long.toUnsignedString(Long.parseUnsignedLong(id, 16));
    try (HttpClient client = HttpClient.newHttpClient()) {
      return client
          .send(
              HttpRequest.newBuilder(URI.create(member.peerUrl() + "/members/promote/" + decimal))
                  .POST(HttpRequest.BodyPublishers.noBody())
                  .build(),
              HttpResponse.BodyHandlers.discarding())
          .statusCode();
    }
  }
}
