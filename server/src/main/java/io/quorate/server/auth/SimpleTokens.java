package io.quorate.server.auth;

import io.quorate.io.Clock;
import io.quorate.statemachine.AuthResult;
import io.quorate.statemachine.auth.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;

/**
 * {@code --auth-token simple} (spec/server.md 5.3): 16 random letters, a dot, and the index of the
 * entry that gave the token out. A token lasts as long as it is used at least once per TTL, and no
 * longer than this process.
 *
 * <pre>
 * pVqXzCthGkRbAwJy.4213     found by its number, which is no secret; compared in constant time
 * </pre>
 */
public final class SimpleTokens implements Tokens {
  public static final Duration DEFAULT_TTL = Duration.ofMinutes(5);

  private static final String LETTERS = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";
  private static final int PREFIX_LETTERS = 16;
  private static final long SWEEP_NANOS = 1_000_000_000L;

  private final Clock clock;
  private final RandomGenerator random;
  private final long ttlNanos;
  private final Map<Long, Token> byIndex = new ConcurrentHashMap<>();
  private long nextSweep; // apply thread

  /** Somebody's token. */
  private static final class Token {
    private final String user;
    private final byte[] text;
    private volatile long expiresNanos;

    private Token(String user, byte[] text, long expiresNanos) {
      this.user = user;
      this.text = text;
      this.expiresNanos = expiresNanos;
    }
  }

  /**
   * @param random must not be guessable
   */
  public SimpleTokens(Duration ttl, Clock clock, RandomGenerator random) {
    this.clock = clock;
    this.random = random;
    ttlNanos = ttl.toNanos();
    nextSweep = clock.nanos();
  }

  // ---- apply thread ----

  @Override
  public void authenticated(String user, String tokenPrefix, long index) {
    long now = clock.nanos();
    sweep(now);
    byIndex.put(index, new Token(user, bytes(text(tokenPrefix, index)), now + ttlNanos));
  }

  @Override
  public void loggedOut(String user) {
    byIndex.values().removeIf(token -> token.user.equals(user));
  }

  @Override
  public void disabled() {
    byIndex.clear();
  }

  /** What is over is forgotten when others come, so that the table does not grow for ever. */
  private void sweep(long now) {
    if (now - nextSweep >= 0) {
      nextSweep = now + SWEEP_NANOS;
      byIndex.values().removeIf(token -> now - token.expiresNanos >= 0);
    }
  }

  // ---- any thread ----

  @Override
  public String newPrefix() {
    StringBuilder prefix = new StringBuilder(PREFIX_LETTERS);
    for (int i = 0; i < PREFIX_LETTERS; i++) {
      prefix.append(LETTERS.charAt(random.nextInt(LETTERS.length())));
    }
    return prefix.toString();
  }

  @Override
  public Optional<String> issued(AuthResult.Authenticated login) {
    return Optional.of(text(login.tokenPrefix(), login.index()));
  }

  @Override
  public long knownFrom(String token) {
    return index(token).orElse(0L);
  }

  @Override
  public Optional<Identity> identity(String token, long authRevision) {
    return index(token)
        .map(byIndex::get)
        .filter(found -> MessageDigest.isEqual(found.text, bytes(token)) && isAlive(found))
        .map(found -> new Identity(found.user, authRevision));
  }

  /** Each use of a token begins its time anew. */
  private boolean isAlive(Token token) {
    long now = clock.nanos();
    if (now - token.expiresNanos >= 0) {
      return false;
    }
    token.expiresNanos = now + ttlNanos;
    return true;
  }

  private static String text(String prefix, long index) {
    return prefix + "." + Long.toUnsignedString(index);
  }

  private static Optional<Long> index(String token) {
    int dot = token.indexOf('.');
    if (dot < 0 || token.indexOf('.', dot + 1) >= 0) {
      return Optional.empty();
    }
    try {
      return Optional.of(Long.parseUnsignedLong(token.substring(dot + 1)));
    } catch (NumberFormatException notANumber) {
      return Optional.empty();
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }
}
