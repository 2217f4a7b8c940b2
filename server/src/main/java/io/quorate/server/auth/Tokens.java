package io.quorate.server.auth;

import io.quorate.statemachine.AuthResult;
import io.quorate.statemachine.auth.AuthListener;
import io.quorate.statemachine.auth.Identity;
import java.util.Optional;

/** One kind of token ({@code --auth-token}). Any thread, but for what {@link AuthListener} says. */
public interface Tokens extends AuthListener {
  /** No tokens at all: nobody can log in. */
  Tokens NONE =
      new Tokens() {
        @Override
        public Optional<String> issued(AuthResult.Authenticated login) {
          return Optional.empty();
        }

        @Override
        public Optional<Identity> identity(String token, long authRevision) {
          return Optional.empty();
        }
      };

  /** A secret to go into the log with a login; empty if tokens of this kind need none. */
  default String newPrefix() {
    return "";
  }

  /** The token of somebody who has logged in; empty if this member cannot give one. */
  Optional<String> issued(AuthResult.Authenticated login);

  /** The entry that must have been applied before {@code token} can be judged; 0: none. */
  default long knownFrom(String token) {
    return 0;
  }

  /**
   * Who holds {@code token}; empty if it is not, or no longer, valid.
   *
   * @param authRevision the current one
   */
  Optional<Identity> identity(String token, long authRevision);
}
