package io.quorate.statemachine.auth;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** bcrypt as Go does it (spec/server.md 5.1). */
final class PasswordsTest {
  /** golang.org/x/crypto/bcrypt.GenerateFromPassword([]byte("hashed"), 4) */
  private static final String OF_HASHED =
      "$2a$04$H33CG/kj8/IMzGaVSw3E3ukkar31EjpIxhFtmfTrlsk04STTA55Lm";

  private static final byte[] SALT = "0123456789abcdef".getBytes(UTF_8);

  @Test
  void aHashMadeByGoIsMatched() {
    assertThat(Passwords.matches("hashed".getBytes(UTF_8), OF_HASHED.getBytes(UTF_8))).isTrue();
    assertThat(Passwords.matches("Hashed".getBytes(UTF_8), OF_HASHED.getBytes(UTF_8))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "pässwörd", "a\0b", "\0"})
  void whatIsHashedMatchesAndNothingElseDoes(String password) {
    byte[] hash = Passwords.hash(password.getBytes(UTF_8), 4, SALT);
    assertThat(new String(hash, UTF_8)).startsWith("$2a$04$").hasSize(60);
    assertThat(Passwords.matches(password.getBytes(UTF_8), hash)).isTrue();
    assertThat(Passwords.matches((password + "x").getBytes(UTF_8), hash)).isFalse();
    assertThat(Passwords.matches("other".getBytes(UTF_8), hash)).isFalse();
  }

  @Test
  void of72BytesAllCountAndNoMore() {
    String longest = "x".repeat(71) + "y";
    byte[] hash = Passwords.hash(longest.getBytes(UTF_8), 4, SALT);
    assertThat(Passwords.matches(longest.getBytes(UTF_8), hash)).isTrue();
    assertThat(Passwords.matches((longest + "z").getBytes(UTF_8), hash)).isTrue();
    assertThat(Passwords.matches("x".repeat(72).getBytes(UTF_8), hash)).isFalse();
    assertThatThrownBy(() -> Passwords.hash((longest + "z").getBytes(UTF_8), 4, SALT))
        .isInstanceOf(IllegalArgumentException.class);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "AAA",
        "$2a$04$",
        "$2a$99$H33CG/kj8/IMzGaVSw3E3ukkar31EjpIxhFtmfTrlsk04STTA55Lm",
        "$2a$04$H33CG/kj8/IMzGaVSw3E3ukkar31EjpIxhFtmfTrlsk04STTA55L",
        "$2a$04$!!!CG/kj8/IMzGaVSw3E3ukkar31EjpIxhFtmfTrlsk04STTA55Lm",
        "????????????????????????????????????????????????????????????"
      })
  void nothingMatchesWhatIsNoHash(String hash) {
    assertThat(Passwords.matches("hashed".getBytes(UTF_8), hash.getBytes(UTF_8))).isFalse();
  }
}
