package io.quorate.client;

import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.socket.EndpointChannel;
import io.quorate.rpc.tls.TlsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.locks.LockSupport;

/**
 * A cluster as one channel: calls go round its endpoints, wait for one that is ready, carry the
 * client's version and token, and are repeated where that is safe (spec/ctl.md 9.1 to 9.5). Below
 * {@link Client}, and for programs that write protobuf by themselves because they must start fast:
 * no generated message is loaded here. Safe for any number of threads.
 *
 * <p>Of a call's {@link CallOptions} its deadline, metadata and compression count; waiting and
 * limits are the client's.
 */
public final class ClusterChannel implements Channel {
  private static final int MAX_ATTEMPTS = 100;
  private static final long PAUSE_NANOS = 25_000_000;
  private static final double PAUSE_JITTER = 0.1;
  private static final String API_VERSION = "3.6";
  private static final String AUTHENTICATE = "/etcdserverpb.Auth/Authenticate";

  /** What may be done twice: tried again when a server was unavailable. */
  private static final Set<String> REPEATABLE =
      Set.of(
          "/etcdserverpb.KV/Range",
          "/etcdserverpb.Lease/LeaseGrant",
          "/etcdserverpb.Lease/LeaseRevoke",
          "/etcdserverpb.Lease/LeaseTimeToLive",
          "/etcdserverpb.Lease/LeaseLeases",
          "/etcdserverpb.Cluster/MemberList",
          "/etcdserverpb.Maintenance/Alarm",
          "/etcdserverpb.Maintenance/Status",
          "/etcdserverpb.Maintenance/Hash",
          "/etcdserverpb.Maintenance/HashKV",
          "/etcdserverpb.Maintenance/MoveLeader",
          "/etcdserverpb.Auth/UserGet",
          "/etcdserverpb.Auth/UserList",
          "/etcdserverpb.Auth/RoleGet",
          "/etcdserverpb.Auth/RoleList");

  private final Channel channel;
  private final int endpoints;
  private final ClientOptions options;
  private final Dialer dialer;
  private volatile String token = "";

  private ClusterChannel(Channel channel, int endpoints, ClientOptions options, Dialer dialer) {
    this.channel = channel;
    this.endpoints = endpoints;
    this.options = options;
    this.dialer = dialer;
  }

  /** How one endpoint is reached on its own. */
  private interface Dialer {
    Channel dial(String endpoint);
  }

  /**
   * Returns at once unless there are credentials, which are tried first, within the dial timeout.
   *
   * @throws StatusException if the authentication fails
   */
  public static ClusterChannel connect(ClientOptions options) {
    Optional<TlsClient> tls = Endpoints.tls(options);
    List<EndpointChannel> channels = new ArrayList<>();
    for (String endpoint : options.endpoints()) {
      channels.add(Endpoints.channel(endpoint, options, tls));
    }
    Channel channel = channels.size() > 1 ? new RoundRobin(channels) : channels.getFirst();
    ClusterChannel cluster =
        new ClusterChannel(
            channel,
            channels.size(),
            options,
            endpoint -> Endpoints.channel(endpoint, options, tls));
    boolean done = false;
    try {
      cluster.authenticateFirst();
      done = true;
    } finally {
      if (!done) {
        cluster.close();
      }
    }
    return cluster;
  }

  /** The same rules over services in this process, whose channel stays open when this is closed. */
  public static ClusterChannel over(Channel channel, ClientOptions options) {
    Channel borrowed = new Borrowed(channel);
    ClusterChannel cluster = new ClusterChannel(borrowed, 1, options, endpoint -> borrowed);
    cluster.authenticateFirst();
    return cluster;
  }

  /**
   * One endpoint, which need not be among ours, on a connection of its own and with our token. The
   * caller closes it.
   */
  public ClusterChannel at(String endpoint) {
    ClusterChannel one = new ClusterChannel(dialer.dial(endpoint), 1, options, dialer);
    one.token = token;
    return one;
  }

  public ClientOptions options() {
    return options;
  }

  // ---- authentication

  /** A server without auth is fine too. */
  private void authenticateFirst() {
    if (options.credentials().isPresent()) {
      Duration limit = options.dialTimeout();
      authenticate(
          limit.isPositive() ? CallOptions.DEFAULT.withDeadlineAfter(limit) : CallOptions.DEFAULT);
    }
  }

  private void authenticate(CallOptions call) {
    Credentials who = options.credentials().orElseThrow();
    try {
      token = Authentication.token(attempt(AUTHENTICATE, Authentication.request(who), call));
    } catch (StatusException e) {
      if (!e.status().message().equals(EtcdException.AUTH_NOT_ENABLED)) {
        throw e;
      }
      token = "";
    }
  }

  /** Whether another token may help. Answers what the original asks, in its order. */
  private boolean lacksToken(Status status) {
    String text = status.message();
    return (text.equals(EtcdException.USER_EMPTY) && options.credentials().isPresent())
        || text.equals(EtcdException.INVALID_TOKEN)
        || text.equals(EtcdException.OLD_AUTH_REVISION);
  }

  // ---- calls

  private CallOptions ours(CallOptions call) {
    Metadata metadata = new Metadata().add("client-api-version", API_VERSION);
    String current = token;
    if (!current.isEmpty()) {
      metadata.add("token", current);
    }
    return call.withMetadata(metadata.addAll(call.metadata()))
        .withWaitForReady(true)
        .withLimits(options.maxSendBytes(), options.maxReceiveBytes());
  }

  @Override
  public byte[] unary(String method, byte[] request, CallOptions call) {
    return attempt(method, request, call);
  }

  private byte[] attempt(String method, byte[] request, CallOptions call) {
    for (int attempt = 0; ; attempt++) {
      if (attempt > 0) {
        pauseBefore(attempt);
      }
      try {
        return channel.unary(method, request, ours(call));
      } catch (StatusException e) {
        options.attempts().failed(method, attempt, e);
        Status status = e.status();
        if (status.code() == Code.DEADLINE_EXCEEDED || status.code() == Code.CANCELLED) {
          if (isOwnEnd(status, call)) {
            throw e;
          }
        } else if (lacksToken(status)) {
          refreshToken(method, attempt, call);
        } else if (!isRepeatable(method, status)) {
          throw e;
        }
        if (attempt + 1 >= MAX_ATTEMPTS) {
          throw e;
        }
      }
    }
  }

  private void refreshToken(String method, int attempt, CallOptions call) {
    if (options.credentials().isEmpty()) {
      return; // tried again all the same, as the original does
    }
    try {
      authenticate(call);
    } catch (StatusException e) {
      options.attempts().tokenRefused(method, attempt, e);
      throw e;
    }
  }

  private boolean isRepeatable(String method, Status status) {
    if (status.message().equals(EtcdException.NOT_FOR_LEARNER) && endpoints > 1) {
      return true;
    }
    return status.code() == Code.UNAVAILABLE && REPEATABLE.contains(method);
  }

  /**
   * Whether the caller's own deadline, interrupt or closing was the end. A server without a leader
   * says in the same words that a deadline of its own has passed.
   */
  private static boolean isOwnEnd(Status status, CallOptions call) {
    return status.equals(Status.CANCELLED)
        || status.equals(Status.CHANNEL_CLOSED)
        || (call.deadlineNanos().isPresent()
            && System.nanoTime() - call.deadlineNanos().getAsLong() >= 0);
  }

  private void pauseBefore(int attempt) {
    if (attempt % (endpoints / 2 + 1) == 0) {
      double jitter = 1 + PAUSE_JITTER * (2 * ThreadLocalRandom.current().nextDouble() - 1);
      LockSupport.parkNanos((long) (PAUSE_NANOS * jitter));
    }
  }

  /**
   * Why a call that {@code end} has ended never got to a server; empty if there is a connection, or
   * where that cannot be told.
   */
  Optional<StatusException> waitedInVain(Status end) {
    return channel instanceof EndpointChannel one && !one.isReady()
        ? Optional.of(one.waitedInVain(end))
        : Optional.empty();
  }

  /**
   * Starts a call. With credentials it waits in this thread for a fresh token first, within the
   * call's deadline.
   *
   * @throws StatusException if that authentication fails
   */
  @Override
  public ClientCall start(String method, CallOptions call, ClientCallListener listener) {
    if (options.credentials().isPresent()) {
      authenticate(call);
    }
    return channel.start(method, ours(call), listener);
  }

  @Override
  public void close() {
    channel.close();
  }
}
