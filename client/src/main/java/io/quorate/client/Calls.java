package io.quorate.client;

import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.quorate.api.etcdserverpb.AuthenticateRequest;
import io.quorate.api.etcdserverpb.AuthenticateResponse;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * How one call is made: with the client's metadata, waiting for a connection, and again where that
 * is safe (spec/ctl.md 9.2, 9.3, 9.5). Any thread; a unary call waits in its caller's.
 */
final class Calls {
  /** May be done twice: {@code REPEATABLE} calls are tried again when a server was unavailable. */
  enum Kind {
    REPEATABLE,
    ONCE
  }

  private static final int MAX_ATTEMPTS = 100;
  private static final long PAUSE_NANOS = 25_000_000;
  private static final double PAUSE_JITTER = 0.1;
  private static final String API_VERSION = "3.6";

  private final Channel channel;
  private final int endpoints;
  private final ClientOptions options;
  private volatile String token = "";

  Calls(Channel channel, int endpoints, ClientOptions options) {
    this.channel = channel;
    this.endpoints = endpoints;
    this.options = options;
  }

  /** The same rules on another channel, with the same token. */
  Calls on(Channel other) {
    Calls calls = new Calls(other, 1, options);
    calls.token = token;
    return calls;
  }

  ClientOptions options() {
    return options;
  }

  /** The first authentication. A server without auth is fine too. */
  void authenticateFirst() {
    if (options.credentials().isPresent()) {
      authenticate(Optional.of(options.dialTimeout()));
    }
  }

  private void authenticate(Optional<Duration> timeout) {
    Credentials who = options.credentials().orElseThrow();
    AuthenticateRequest request =
        AuthenticateRequest.newBuilder().setName(who.name()).setPassword(who.password()).build();
    try {
      byte[] answer =
          channel.unary(
              "/etcdserverpb.Auth/Authenticate",
              request.toByteArray(),
              bounded(callOptions(false), timeout));
      token = parse(answer, AuthenticateResponse.parser()).getToken();
    } catch (StatusException e) {
      if (!e.status().message().equals(EtcdException.AUTH_NOT_ENABLED)) {
        throw new EtcdException(e.status());
      }
    }
  }

  private CallOptions callOptions(boolean requireLeader) {
    Metadata metadata = new Metadata().add("client-api-version", API_VERSION);
    String current = token;
    if (!current.isEmpty()) {
      metadata.add("token", current);
    }
    if (requireLeader) {
      metadata.add("hasleader", "true");
    }
    return CallOptions.DEFAULT
        .withMetadata(metadata)
        .withWaitForReady(true)
        .withLimits(options.maxSendBytes(), options.maxReceiveBytes());
  }

  private static CallOptions bounded(CallOptions call, Optional<Duration> timeout) {
    return timeout.isPresent() ? call.withDeadlineAfter(timeout.get()) : call;
  }

  /**
   * @throws EtcdException if it fails for good
   */
  <T> T unary(String method, MessageLite request, Parser<T> parser, Kind kind) {
    return unary(method, request, parser, kind, options.requestTimeout());
  }

  <T> T unary(
      String method, MessageLite request, Parser<T> parser, Kind kind, Optional<Duration> timeout) {
    byte[] bytes = request.toByteArray();
    CallOptions first = bounded(callOptions(false), timeout);
    int attempt = 0;
    while (true) {
      try {
        CallOptions call = attempt == 0 ? first : first.withMetadata(callOptions(false).metadata());
        return parse(channel.unary(method, bytes, call), parser);
      } catch (StatusException e) {
        attempt++;
        if (attempt >= MAX_ATTEMPTS || !again(e.status(), kind)) {
          throw new EtcdException(e.status());
        }
      }
      pauseBefore(attempt);
    }
  }

  private boolean again(Status status, Kind kind) {
    if (EtcdException.isOwnEnd(status) || status.equals(Status.CHANNEL_CLOSED)) {
      return false;
    }
    if (status.code() == Code.DEADLINE_EXCEEDED || status.code() == Code.CANCELLED) {
      return true; // the server's, not ours
    }
    String text = status.message();
    boolean signedIn = options.credentials().isPresent();
    if ((signedIn && text.equals(EtcdException.USER_EMPTY))
        || text.equals(EtcdException.INVALID_TOKEN)
        || text.equals(EtcdException.OLD_AUTH_REVISION)) {
      if (signedIn) {
        authenticate(options.requestTimeout());
      }
      return true;
    }
    if (text.equals(EtcdException.NOT_FOR_LEARNER) && endpoints > 1) {
      return true;
    }
    return kind == Kind.REPEATABLE && status.code() == Code.UNAVAILABLE;
  }

  private void pauseBefore(int attempt) {
    if (attempt % (endpoints / 2 + 1) == 0) {
      double jitter = 1 + PAUSE_JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
      LockSupport.parkNanos((long) (PAUSE_NANOS * jitter));
    }
  }

  /**
   * Opens a stream; with credentials, a fresh token first, so it may wait.
   *
   * @throws EtcdException if the authentication fails
   */
  ClientCall stream(String method, boolean requireLeader, ClientCallListener listener) {
    if (options.credentials().isPresent()) {
      authenticate(Optional.of(options.dialTimeout()));
    }
    return channel.start(method, callOptions(requireLeader), listener);
  }

  static <T> T parse(byte[] bytes, Parser<T> parser) {
    try {
      return parser.parseFrom(bytes);
    } catch (InvalidProtocolBufferException e) {
      throw new EtcdException(
          new Status(
              Code.INTERNAL, "grpc: failed to unmarshal the received message: " + e.getMessage()));
    }
  }
}
