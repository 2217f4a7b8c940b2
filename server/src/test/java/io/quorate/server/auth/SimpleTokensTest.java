package io.quorate.server.auth;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.io.Clock;
import io.quorate.statemachine.AuthResult;
import io.quorate.statemachine.auth.Identity;
import java.time.Duration;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The life of simple tokens (spec/server.md 5.3). */
final class SimpleTokensTest {
  private static final Duration TTL = Duration.ofSeconds(300);

  private long now = Long.MAX_VALUE - 5; // nanoTime may wrap
  private final SimpleTokens tokens =
      new SimpleTokens(
          TTL,
          new Clock() {
            @Override
            public long nanos() {
              return now;
            }

            @Override
            public long epochMillis() {
              return 0;
            }
          },
          new Random(1));

  private String logIn(String user, long index) {
    String prefix = tokens.newPrefix();
    tokens.authenticated(user, prefix, index);
    return tokens
        .issued(new AuthResult.Authenticated(1, user, prefix, index, 7))
        .orElseThrow(AssertionError::new);
  }

  private boolean isValid(String token) {
    return tokens.identity(token, 7).isPresent();
  }

  private void pass(Duration time) {
    now += time.toNanos();
  }

  @Test
  void aTokenIsSixteenLettersAndItsIndexAndStandsForItsUserAtTheCurrentRevision() {
    String token = logIn("alice", 4213);
    assertThat(token).matches("[a-zA-Z]{16}\\.4213");
    assertThat(tokens.identity(token, 9)).contains(new Identity("alice", 9));
    assertThat(tokens.knownFrom(token)).isEqualTo(4213);
  }

  @Test
  void prefixesDoNotRepeat() {
    Set<String> seen = new HashSet<>();
    for (int i = 0; i < 1000; i++) {
      assertThat(seen.add(tokens.newPrefix())).isTrue();
    }
  }

  @Test
  void whatIsNoTokenOfOursIsNobodys() {
    String token = logIn("alice", 10);
    String other = logIn("bob", 11);
    for (String bad :
        new String[] {
          "",
          ".",
          "x",
          "x.y",
          "x.-1",
          "x.10",
          token + "0",
          token + ".10",
          "a" + token,
          token.replace(".", ".0"),
          token.substring(0, 16) + ".11",
          other.substring(0, 16) + ".10",
          "x.18446744073709551616"
        }) {
      assertThat(isValid(bad)).as(bad).isFalse();
    }
    assertThat(tokens.knownFrom("x.18446744073709551615")).isEqualTo(-1);
    assertThat(tokens.knownFrom("x.18446744073709551616")).isZero();
    assertThat(tokens.knownFrom("x")).isZero();
  }

  @Test
  void eachUseBeginsItsTimeAnew() {
    String used = logIn("alice", 10);
    String idle = logIn("alice", 11);
    for (int i = 0; i < 5; i++) {
      pass(TTL.minusSeconds(1));
      assertThat(isValid(used)).isTrue();
    }
    assertThat(isValid(idle)).isFalse();
    pass(TTL);
    assertThat(isValid(used)).isFalse();
    assertThat(isValid(used)).isFalse();
  }

  @Test
  void whoIsLoggedOutIsOutWithAllTokens() {
    String first = logIn("alice", 10);
    String second = logIn("alice", 11);
    String other = logIn("bob", 12);
    tokens.loggedOut("alice");
    assertThat(isValid(first)).isFalse();
    assertThat(isValid(second)).isFalse();
    assertThat(isValid(other)).isTrue();
    tokens.disabled();
    assertThat(isValid(other)).isFalse();
  }
}
