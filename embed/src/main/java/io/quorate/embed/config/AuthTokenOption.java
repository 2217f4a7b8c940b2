package io.quorate.embed.config;

import java.util.HashSet;
import java.util.Set;
import org.slf4j.Logger;

/**
 * What {@code --auth-token} says: a kind of token, then {@code key=value} pairs after commas
 * (spec/server.md 5.3).
 */
public enum AuthTokenOption {
  /** Nobody can log in. */
  NONE,
  SIMPLE,
  /** Comes with the security issue; refused by name. */
  JWT;

  /**
   * Reads the flag, and says to {@code log} what is wrong with it.
   *
   * @throws ConfigException with etcd's text, which has one for all that is wrong
   */
  public static AuthTokenOption parse(String text, Logger log) {
    if (text.isEmpty()) {
      return NONE;
    }
    String[] parts = text.split(",", -1);
    Set<String> keys = new HashSet<>();
    for (int i = 1; i < parts.length; i++) {
      String[] pair = parts[i].split("=", -1);
      if (pair.length != 2) {
        log.atError().addKeyValue("option", text).log("invalid token option");
        throw invalid();
      }
      if (!keys.add(pair[0])) {
        log.atError()
            .addKeyValue("option", text)
            .addKeyValue("duplicate-parameter", pair[0])
            .log("invalid token option");
        throw invalid();
      }
    }
    return switch (parts[0]) {
      case "simple" -> SIMPLE;
      case "jwt" -> JWT;
      default -> {
        ConfigException refusal = invalid();
        log.atWarn()
            .addKeyValue("type", parts[0])
            .addKeyValue("error", refusal)
            .log("unknown token type");
        throw refusal;
      }
    };
  }

  private static ConfigException invalid() {
    return new ConfigException("auth: invalid auth options");
  }
}
