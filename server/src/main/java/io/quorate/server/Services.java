package io.quorate.server;

import io.quorate.io.Failpoints;
import io.quorate.node.Member;
import io.quorate.node.RequestTrace;
import io.quorate.rpc.CallHandler;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Channel;
import io.quorate.rpc.DirectChannel;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.server.auth.Callers;
import io.quorate.server.auth.PasswordPool;
import io.quorate.server.auth.Tokens;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.Range;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.random.RandomGenerator;
import org.slf4j.Logger;

/** All gRPC services of a member, behind the checks that every call passes (spec/api.md 5.1). */
public final class Services {
  /**
   * @param maxMessageBytes taken in one request, and from which watch responses are split
   * @param stopOnDefragment gate StopGRPCServiceOnDefrag
   * @param tokens what callers are known by; it has listened since before the first entry
   * @param bcryptCost of passwords that are set from now on
   * @param random of salts; must not be guessable
   * @param warningUnary how long a unary call may take unsaid
   */
  public record Options(
      Quota quota,
      int maxTxnOps,
      int maxMessageBytes,
      boolean stopOnDefragment,
      Tokens tokens,
      int bcryptCost,
      RandomGenerator random,
      Duration warningUnary) {}

  /** What is counted of requests. */
  public interface RequestListener {
    RequestListener NONE = new RequestListener() {};

    /** A call of a client that says to be of {@code apiVersion} begins. */
    default void started(boolean stream, String apiVersion) {}

    /** A range was read, or refused, in {@code nanos} after it might be. */
    default void ranged(boolean success, long nanos) {}
  }

  private static final String API_VERSION = "client-api-version";
  private static final String HAS_LEADER = "hasleader";
  private static final String RANGE = "/etcdserverpb.KV/Range";
  private static final CallListener DEAF = message -> {};

  private final Member member;
  private final LeaderMonitor leaders;
  private final RequestListener listener;
  private final RequestStats stats;
  private final ServiceTable table;

  public Services(
      Member member,
      LeaderMonitor leaders,
      Options options,
      ReadPool reads,
      PasswordPool passwords,
      Serving serving,
      Failpoints failpoints,
      RequestListener listener,
      SlowRequests slow,
      Logger log) {
    this.member = member;
    this.leaders = leaders;
    this.listener = listener;
    this.stats = new RequestStats(options.warningUnary, log);
    var headers = new Headers(member);
    var callers = new Callers(member, options.tokens, log);
    var all = new ServiceTable();
    new KvService(
            member,
            headers,
            callers,
            reads,
            options.quota,
            options.maxTxnOps,
            Integer.MAX_VALUE,
            listener::ranged,
            slow,
            new RequestTrace(member.clock(), log))
        .addTo(all);
    Failpoints.Point beforeSend = failpoints.point("beforeSendWatchResponse");
    new WatchService(member, headers, callers, options.maxMessageBytes, beforeSend::fire)
        .addTo(all);
    Failpoints.Point beforeLookup = failpoints.point("beforeLookupWhenLeaseTimeToLive");
    Failpoints.Point beforeRenew = failpoints.point("beforeCheckpointInLeaseRenew");
    new LeaseService(
            member,
            headers,
            callers,
            options.quota,
            new LeaseService.LeaseFailpoints(beforeLookup::fire, beforeRenew::fire))
        .addTo(all);
    new ClusterService(member, headers, callers).addTo(all);
    new MaintenanceService(
            member, headers, callers, reads, options.quota, serving, options.stopOnDefragment, log)
        .addTo(all);
    new AuthService(
            member,
            headers,
            callers,
            options.tokens,
            passwords,
            new AuthService.PasswordOptions(options.bcryptCost, options.random),
            log)
        .addTo(all);
    new HealthService(serving).addTo(all);
    Channel own = new DirectChannel(all, new InetSocketAddress(0));
    new LockService(own).addTo(all);
    new ElectionService(own).addTo(all);
    table = all.intercepted(this::checked);
  }

  /** The services with their checks. */
  public ServiceTable table() {
    return table;
  }

  private Method checked(Method method) {
    boolean stream = method.kind() != Method.Kind.UNARY;
    CallHandler inner =
        switch (method.kind()) {
          case UNARY -> stats.timed(method.handler());
          case SERVER_STREAM -> WholeRequest.of(method.handler());
          case CLIENT_STREAM, BIDI_STREAM -> method.handler();
        };
    return new Method(
        method.fullName(),
        method.kind(),
        call ->
            isLearner() && method.fullName().equals(RANGE)
                ? new LearnersRange(
                    call, () -> start(stream, inner, otherRefusal(stream, call), call))
                : start(stream, inner, refusal(method, stream, call), call));
  }

  private CallListener start(
      boolean stream, CallHandler inner, Optional<Status> refusal, ServerCall call) {
    if (refusal.isPresent() && !stream) {
      return request -> call.finish(refusal.get()); // as with gRPC, when there is a request
    }
    if (refusal.isPresent()) {
      call.finish(refusal.get());
      return DEAF;
    }
    CallListener started = inner.start(call);
    if (stream && needsLeader(call)) {
      leaders.watch(call, started);
    }
    return started;
  }

  /** A learner serves the ranges that may be stale; which ones those are their requests say. */
  private static final class LearnersRange implements CallListener {
    private final ServerCall call;
    private final Supplier<CallListener> served;
    private CallListener listener = DEAF;

    private LearnersRange(ServerCall call, Supplier<CallListener> served) {
      this.call = call;
      this.served = served;
    }

    @Override
    public void message(byte[] request) {
      if (isLinearizable(request)) {
        call.finish(Errors.NOT_FOR_LEARNER);
      } else {
        listener = served.get();
        listener.message(request);
      }
    }

    private static boolean isLinearizable(byte[] request) {
      try {
        return !Range.decode(request).serializable();
      } catch (DecodeException e) {
        return false; // the service says what is wrong with it
      }
    }

    @Override
    public void halfClosed() {
      listener.halfClosed();
    }

    @Override
    public void cancelled(Status why) {
      listener.cancelled(why);
    }

    @Override
    public void writable() {
      listener.writable();
    }
  }

  private boolean isLearner() {
    return member.stores().membership().view().isLearner(member.options().memberId());
  }

  private static boolean needsLeader(ServerCall call) {
    return call.metadata().first(HAS_LEADER).filter("true"::equals).isPresent();
  }

  private static String apiVersion(Metadata metadata) throws CharacterCodingException {
    Optional<String> bytes = metadata.first(API_VERSION);
    if (bytes.isEmpty()) {
      return "unknown";
    }
    return StandardCharsets.UTF_8
        .newDecoder()
        .decode(ByteBuffer.wrap(bytes.get().getBytes(StandardCharsets.ISO_8859_1)))
        .toString();
  }

  private Optional<Status> refusal(Method method, boolean stream, ServerCall call) {
    boolean allowed =
        method.fullName().equals("/etcdserverpb.Maintenance/Status")
            || method.fullName().equals("/etcdserverpb.Maintenance/Snapshot");
    return isLearner() && !allowed
        ? Optional.of(Errors.NOT_FOR_LEARNER)
        : otherRefusal(stream, call);
  }

  private Optional<Status> otherRefusal(boolean stream, ServerCall call) {
    try {
      listener.started(stream, apiVersion(call.metadata()));
    } catch (CharacterCodingException e) {
      return Optional.of(Errors.INVALID_API_VERSION);
    }
    if (needsLeader(call) && !member.raft().hasLeader()) {
      return Optional.of(Errors.NO_LEADER);
    }
    return Optional.empty();
  }
}
