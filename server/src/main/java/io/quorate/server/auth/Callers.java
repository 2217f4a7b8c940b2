package io.quorate.server.auth;

import io.quorate.node.Member;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.Status;
import io.quorate.server.Errors;
import io.quorate.statemachine.auth.AuthError;
import io.quorate.statemachine.auth.AuthView;
import io.quorate.statemachine.auth.Identity;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.slf4j.Logger;

/**
 * Who makes a call (spec/api.md 12.2). Nobody while auth is off, whatever the call says of itself;
 * that costs one look at a field. The name in a client's certificate will have its place here.
 */
public final class Callers {
  private static final String TOKEN = "token";
  private static final String AUTHORIZATION = "authorization";
  private static final String BEARER = "Bearer ";
  private static final int FINGERPRINT_BYTES = 6;

  private final Member member;
  private final Tokens tokens;
  private final Logger log;

  public Callers(Member member, Tokens tokens, Logger log) {
    this.member = member;
    this.tokens = tokens;
    this.log = log;
  }

  /** What may be done by whom, now. */
  public AuthView rights() {
    return member.stores().auth().view();
  }

  /**
   * Hands whoever makes {@code call} to {@code then}; a caller with a bad token gets its answer
   * here. What {@code then} throws becomes the status of the call.
   */
  public void identify(ServerCall call, Consumer<Identity> then) {
    identify(call, then, call::finish);
  }

  /** As {@link #identify(ServerCall, Consumer)}, but the caller must be somebody. */
  public void identifyAnybody(ServerCall call, Consumer<Identity> then) {
    identify(
        call,
        caller -> {
          Errors.refuse(rights().checkAnybody(caller));
          then.accept(caller);
        });
  }

  /** As {@link #identify(ServerCall, Consumer)}, but the caller must be an administrator. */
  public void identifyAdmin(ServerCall call, Consumer<Identity> then) {
    identify(
        call,
        caller -> {
          Errors.refuse(rights().checkAdmin(caller));
          then.accept(caller);
        });
  }

  /**
   * After a read: the rights that {@code caller} had before must still be those of now, or the read
   * may have seen what was written after they were taken away.
   */
  public void stillCurrent(Identity caller) {
    if (caller.authRevision() != 0 && caller.authRevision() != rights().revision()) {
      Errors.refuse(Optional.of(AuthError.OLD_REVISION));
    }
  }

  /** As {@link #identify(ServerCall, Consumer)}; a bad token goes to {@code refused}. */
  public void identify(ServerCall call, Consumer<Identity> then, Consumer<Status> refused) {
    if (!rights().enabled()) {
      then.accept(Identity.NONE);
      return;
    }
    Optional<String> token = token(call.metadata());
    if (token.isEmpty()) {
      then.accept(Identity.NONE);
      return;
    }
    long index = tokens.knownFrom(token.get());
    if (Long.compareUnsigned(index, member.applied().index()) <= 0) {
      judge(token.get(), then, refused);
      return;
    }
    // Given out by another member, and this one has not heard of it yet. Departure: etcd waits as
    // long as the call lasts, which for a made-up token is for ever.
    member
        .reached(index, member.options().requestTimeout())
        .whenComplete((reached, failure) ->
            call.execute(() -> {
              if (call.isEnded()) {
                return;
              }
              try {
                judge(token.get(), then, refused);
              } catch (RuntimeException e) {
                call.finish(Errors.status(e));
              }
            }));
  }

  /**
   * What is wrong with whoever has {@code token}, if an administrator is wanted; for calls that
   * come by way of another member.
   */
  public CompletableFuture<Optional<Status>> refusalOfAdmin(Optional<String> token) {
    if (!rights().enabled()) {
      return CompletableFuture.completedFuture(Optional.empty());
    }
    if (token.isEmpty()) {
      return CompletableFuture.completedFuture(adminRefusal(Identity.NONE));
    }
    return member
        .reached(tokens.knownFrom(token.get()), member.options().requestTimeout())
        .handle((reached, failure) ->
            tokens
                .identity(token.get(), rights().revision())
                .map(this::adminRefusal)
                .orElse(Optional.of(Errors.INVALID_TOKEN)));
  }

  private Optional<Status> adminRefusal(Identity caller) {
    return rights().checkAdmin(caller).map(Errors::status);
  }

  private void judge(String token, Consumer<Identity> then, Consumer<Status> refused) {
    Optional<Identity> identity = tokens.identity(token, rights().revision());
    if (identity.isPresent()) {
      then.accept(identity.get());
      return;
    }
    log.atWarn().addKeyValue("token-fingerprint", fingerprint(token)).log("invalid auth token");
    refused.accept(Errors.INVALID_TOKEN);
  }

  /** The token that a call carries, as it was given out. */
  public static Optional<String> token(Metadata metadata) {
    return metadata
        .first(TOKEN)
        .or(() -> metadata.first(AUTHORIZATION))
        .map(text -> text.startsWith(BEARER) ? text.substring(BEARER.length()) : text);
  }

  /** Enough of a token to find it again in a log, not enough to use it. */
  private static String fingerprint(String token) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(token.getBytes(StandardCharsets.ISO_8859_1));
      return HexFormat.of().formatHex(digest, 0, FINGERPRINT_BYTES);
    } catch (NoSuchAlgorithmException e) {
      throw new AssertionError(e);
    }
  }
}
