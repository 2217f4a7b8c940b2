package io.quorate.peer.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.node.NodeException;
import io.quorate.statemachine.membership.MembershipError;
import org.junit.jupiter.api.Test;

/** The texts are those of a Go member's errors: others read them. */
class RefusalsTest {
  @Test
  void errorsOfTheServerSayWhoseTheyAre() {
    assertThat(Refusals.words(new NodeException.LeaderChanged()))
        .isEqualTo("etcdserver: leader changed");
    assertThat(Refusals.words(new NodeException.Stopped())).isEqualTo("etcdserver: server stopped");
    assertThat(Refusals.words(new NodeException.Timeout(NodeException.TimeoutCause.UNKNOWN)))
        .isEqualTo("etcdserver: request timed out");
  }

  @Test
  void thoseOfOthersDoNot() {
    assertThat(Refusals.words(new NodeException.NotProposed()))
        .isEqualTo("context deadline exceeded");
    assertThat(Refusals.words(new NodeException.Membership(MembershipError.ID_NOT_FOUND)))
        .isEqualTo(MembershipError.ID_NOT_FOUND.text());
    assertThat(Refusals.words(new IllegalStateException("broken"))).isEqualTo("broken");
  }
}
