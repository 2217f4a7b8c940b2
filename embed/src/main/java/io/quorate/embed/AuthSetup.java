package io.quorate.embed;

import io.quorate.embed.config.AuthTokenOption;
import io.quorate.embed.config.ConfigException;
import io.quorate.embed.config.MemberConfig;
import io.quorate.io.Clock;
import io.quorate.server.auth.SimpleTokens;
import io.quorate.server.auth.Tokens;
import io.quorate.statemachine.auth.Passwords;
import java.security.SecureRandom;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;

/** The flags of auth turned into what a member needs for it. */
final class AuthSetup {
  private static final int DEFAULT_COST = 10;

  /** Seeded when the first secret is wanted: most members never want one. */
  private static final class Secrets {
    static final SecureRandom RANDOM = new SecureRandom();
  }

  private final MemberConfig.Auth config;
  private final Logger log;
  private final RandomGenerator random;
  private final Tokens simple;

  AuthSetup(MemberConfig.Auth config, Clock clock, Logger log) {
    this.config = config;
    this.log = log;
    random = () -> Secrets.RANDOM.nextLong();
    simple = new SimpleTokens(config.tokenTtl(), clock, random);
  }

  /**
   * Says what is doubtful, where the original does: the database is open by then.
   *
   * @throws ConfigException if there is no such kind of token
   */
  void check() {
    try {
      if (AuthTokenOption.parse(config.token(), log) == AuthTokenOption.SIMPLE) {
        log.atWarn().log("simple token is not cryptographically signed");
      }
    } catch (ConfigException e) {
      log.atWarn().addKeyValue("error", e.getMessage()).log("failed to create token provider");
      throw e;
    }
    if (bcryptCost() != config.bcryptCost()) {
      log.atWarn()
          .addKeyValue("min-cost", Passwords.MIN_COST)
          .addKeyValue("max-cost", Passwords.MAX_COST)
          .addKeyValue("default-cost", DEFAULT_COST)
          .addKeyValue("given-cost", config.bcryptCost())
          .log("use default bcrypt cost instead of the invalid given cost");
    }
  }

  Tokens tokens() {
    return AuthTokenOption.parse(config.token(), log) == AuthTokenOption.SIMPLE
        ? simple
        : Tokens.NONE;
  }

  int bcryptCost() {
    long cost = config.bcryptCost();
    return cost < Passwords.MIN_COST || cost > Passwords.MAX_COST ? DEFAULT_COST : (int) cost;
  }

  RandomGenerator random() {
    return random;
  }
}
