package io.quorate.peer.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.node.LoneMember;
import io.quorate.node.NodeException;
import io.quorate.node.port.OtherMembers;
import io.quorate.node.port.Transport;
import io.quorate.node.recovery.FoundingCluster;
import io.quorate.peer.PeerListener;
import io.quorate.peer.PeerNetwork;
import io.quorate.peer.PeerOptions;
import io.quorate.peer.Port;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipError;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.slf4j.helpers.NOPLogger;

/** A member that does not lead is asked at its peer port to promote one. */
class ForwardedPromotionTest {
  private static final Duration LONG = Duration.ofHours(1);

  private final Port port = new Port();
  private final Leader leader = new Leader();
  private final PeerNetwork network =
      new PeerNetwork(
          new PeerOptions(0xa, 0xc, "3.6.14", List.of(), LONG, LONG, LONG, LONG),
          port.edge,
          Optional.empty(),
          new Nobody(),
          new Standing(),
          PeerListener.NONE,
          NOPLogger.NOP_LOGGER);
  private final io.quorate.node.Member member =
      LoneMember.start(
          new MemoryDisk(1),
          LoneMember.Setup.DEFAULT,
          new FoundingCluster(
              new TreeMap<>(
                  Map.of("a", List.of("http://127.0.0.1:1"), "b", List.of("http://127.0.0.1:2"))),
              "token"),
          new io.quorate.node.Member.Network(Transport.NONE, leader),
          new Standing(),
          NOPLogger.NOP_LOGGER);

  ForwardedPromotionTest() {
    port.serve(
        PeerHttp.of(
            network,
            member,
            new MemoryDisk(1),
            index -> Path.of("/none"),
            revision -> new CompletableFuture<>(),
            token -> CompletableFuture.completedFuture(Optional.empty()),
            new Standing(),
            Failpoints.NONE,
            NOPLogger.NOP_LOGGER));
  }

  @AfterEach
  void close() {
    network.close();
    port.close();
    member.close();
  }

  private String answer() {
    var answer =
        CompletableFuture.supplyAsync(() -> {
          try {
            return port.ask(
                "POST /members/promote/7 HTTP/1.1\r\nHost: a\r\nAuthorization: secret\r\n"
                    + "Connection: close\r\nContent-Length: 0\r\n\r\n");
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
    while (!answer.isDone()) {
      member.loops().forEach(loop -> loop.loop().poll(0));
    }
    return answer.join();
  }

  @Test
  void theLeadersMembersAreTheAnswer() {
    Member promoted = Member.of(7, List.of("http://127.0.0.1:7"), false);
    leader.answer = CompletableFuture.completedFuture(List.of(promoted));
    assertThat(answer())
        .startsWith("HTTP/1.1 200 OK\r\n")
        .endsWith("\r\n\r\n[" + promoted.toJson() + "]\n");
    assertThat(leader.token).contains("secret");
  }

  @Test
  void whatTheLeaderRefusesIsRefusedInItsWords() {
    leader.answer =
        CompletableFuture.failedFuture(new NodeException.Membership(MembershipError.ID_NOT_FOUND));
    assertThat(answer()).startsWith("HTTP/1.1 404 ").endsWith("\r\n\r\nmembership: ID not found\n");
  }

  @Test
  void withoutALeaderItFailsInTheEnd() {
    leader.answer = CompletableFuture.failedFuture(new NodeException.NoLeader());
    assertThat(answer()).startsWith("HTTP/1.1 500 ");
  }

  private static final class Leader implements OtherMembers {
    private CompletableFuture<List<Member>> answer = new CompletableFuture<>();
    private volatile Optional<String> token = Optional.empty();

    @Override
    public CompletableFuture<List<Member>> promote(
        Supplier<List<String>> urls, long memberId, Optional<String> asked) {
      token = asked;
      return answer;
    }

    @Override
    public CompletableFuture<Optional<Versions>> versions(Member of) {
      return NONE.versions(of);
    }

    @Override
    public CompletableFuture<Optional<Boolean>> downgradeEnabled(Member of) {
      return NONE.downgradeEnabled(of);
    }

    @Override
    public CompletableFuture<Long> renew(Supplier<List<String>> urls, long leaseId) {
      return NONE.renew(urls, leaseId);
    }

    @Override
    public CompletableFuture<LeaseTime> timeToLive(
        Supplier<List<String>> urls, long leaseId, boolean withKeys) {
      return NONE.timeToLive(urls, leaseId, withKeys);
    }

    @Override
    public CompletableFuture<PeerHash> hash(Member of, long revision) {
      return NONE.hash(of, revision);
    }
  }

  private static final class Standing implements Clock {
    @Override
    public long nanos() {
      return 0;
    }

    @Override
    public long epochMillis() {
      return 0;
    }
  }
}
