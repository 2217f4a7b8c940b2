package io.quorate.metrics;

import static io.quorate.metrics.Buckets.NANOS_PER_SECOND;

import io.quorate.edge.EdgeListener;
import io.quorate.metrics.registry.Counter;
import io.quorate.metrics.registry.Histogram;
import io.quorate.metrics.registry.Labelled;
import io.quorate.metrics.registry.Registry;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServiceTable;
import io.quorate.server.Services;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Calls of clients and what they carry. */
final class GrpcMetrics {
  private static final double[] HANDLING_SECONDS = {
    0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10
  };

  /** The series of one method, found once: labels cost more than counting. */
  private record Series(
      Counter started,
      Counter received,
      Counter sent,
      Counter[] handledByCode,
      Optional<Histogram> seconds) {}

  private final ServerMetrics server;
  private final Counter sentBytes;
  private final Counter receivedBytes;
  private final Labelled<Counter> clientRequests;
  private final Labelled<Counter> started;
  private final Labelled<Counter> handled;
  private final Labelled<Counter> messagesReceived;
  private final Labelled<Counter> messagesSent;
  private final Optional<Labelled<Histogram>> seconds;
  private final Map<String, Series> methods = new ConcurrentHashMap<>();

  /**
   * @param extensive whether it is measured how long calls take
   */
  GrpcMetrics(Registry registry, ServerMetrics server, boolean extensive) {
    this.server = server;
    sentBytes =
        registry.counter(
            "etcd_network_client_grpc_sent_bytes_total",
            "The total number of bytes sent to grpc clients.");
    receivedBytes =
        registry.counter(
            "etcd_network_client_grpc_received_bytes_total",
            "The total number of bytes received from grpc clients.");
    clientRequests =
        registry.counters(
            "etcd_server_client_requests_total",
            "The total number of client requests per client version.",
            "client_api_version",
            "type");
    // Shown by etcd only from the first on, which no client can bring about.
    registry.counters(
        "etcd_network_server_stream_failures_total",
        "The total number of stream failures from the local server.",
        "API",
        "Type");
    started =
        perMethod(
            registry, "grpc_server_started_total", "Total number of RPCs started on the server.");
    handled =
        registry.counters(
            "grpc_server_handled_total",
            "Total number of RPCs completed on the server, regardless of success or failure.",
            "grpc_code",
            "grpc_method",
            "grpc_service",
            "grpc_type");
    messagesReceived =
        perMethod(
            registry,
            "grpc_server_msg_received_total",
            "Total number of RPC stream messages received on the server.");
    messagesSent =
        perMethod(
            registry,
            "grpc_server_msg_sent_total",
            "Total number of gRPC stream messages sent by the server.");
    seconds =
        extensive
            ? Optional.of(
                registry.histograms(
                    "grpc_server_handling_seconds",
                    "Histogram of response latency (seconds) of gRPC that had been"
                        + " application-level handled by the server.",
                    HANDLING_SECONDS,
                    "grpc_method",
                    "grpc_service",
                    "grpc_type"))
            : Optional.empty();
  }

  private static Labelled<Counter> perMethod(Registry registry, String name, String help) {
    return registry.counters(name, help, "grpc_method", "grpc_service", "grpc_type");
  }

  /** Makes the series of every method exist, at 0, but of those that etcd registers too late. */
  void methods(ServiceTable services) {
    services.methods().stream()
        .filter(method ->
            !method.service().startsWith("v3lock") && !method.service().startsWith("v3election"))
        .forEach(this::series);
  }

  Services.RequestListener requests() {
    return new Services.RequestListener() {
      @Override
      public void started(boolean stream, String version) {
        clientRequests.with(version, stream ? "stream" : "unary").inc();
      }

      @Override
      public void ranged(boolean success, long nanos) {
        server.ranged(success, nanos);
      }
    };
  }

  EdgeListener edge() {
    return new EdgeListener() {
      @Override
      public void callStarted(Method method) {
        series(method).started.inc();
      }

      @Override
      public void callHandled(Method method, Code code, long nanos) {
        Series series = series(method);
        if (method.kind() == Method.Kind.UNARY && code != Code.OK) {
          series.sent.inc(); // an error counts as an answer
        }
        if (method.kind() == Method.Kind.BIDI_STREAM && hasReadToTheEnd(method, code)) {
          series.received.inc(); // and so does learning that no message follows
        }
        series.handledByCode[asHandled(method, code).number()].inc();
        series.seconds.ifPresent(histogram -> histogram.observe(nanos / NANOS_PER_SECOND));
      }

      @Override
      public void messageReceived(Method method, int bytes) {
        series(method).received.inc();
        receivedBytes.add(bytes);
      }

      @Override
      public void messageSent(Method method, int bytes) {
        series(method).sent.inc();
        sentBytes.add(bytes);
      }
    };
  }

  /** Whether etcd's handler was waiting for a message when the stream ended. */
  private static boolean hasReadToTheEnd(Method method, Code code) {
    if (method.name().equals("LeaseKeepAlive")) {
      // A renewal that is refused ends the handler at once.
      return code == Code.OK || code == Code.CANCELLED || code == Code.RESOURCE_EXHAUSTED;
    }
    return code != Code.INTERNAL;
  }

  /** What etcd's handler ended with, where the client learned another code or none. */
  private Code asHandled(Method method, Code code) {
    if (method.kind() == Method.Kind.BIDI_STREAM) {
      return asStreamHandled(method, code);
    }
    return isProposal(method) && server.hasLeader() ? asProposed(code) : code;
  }

  /** Whether what is asked for goes through the log. */
  private static boolean isProposal(Method method) {
    return switch (method.service()) {
      case "etcdserverpb.KV" -> !method.name().equals("Range");
      case "etcdserverpb.Lease" ->
          method.name().equals("LeaseGrant") || method.name().equals("LeaseRevoke");
      case "etcdserverpb.Auth" -> true;
      case "etcdserverpb.Maintenance" -> method.name().equals("Alarm");
      default -> false;
    };
  }

  /**
   * A proposal under way whose client no longer waits (spec/api.md 5.2, step 7); without a leader
   * it is not under way, and ends with its client's code.
   */
  private static Code asProposed(Code code) {
    return switch (code) {
      case CANCELLED -> Code.UNKNOWN; // request cancelled
      case DEADLINE_EXCEEDED -> Code.UNAVAILABLE; // request timed out
      default -> code;
    };
  }

  /**
   * A stream that gRPC itself ends, since a message does not decode or is too large, is a cancelled
   * one to etcd's handlers; and a cancelled keep-alive is one that has no leader.
   */
  private static Code asStreamHandled(Method method, Code code) {
    boolean cancelled =
        code == Code.INTERNAL || code == Code.RESOURCE_EXHAUSTED || code == Code.CANCELLED;
    if (!cancelled) {
      return code;
    }
    return method.name().equals("LeaseKeepAlive") ? Code.UNAVAILABLE : Code.CANCELLED;
  }

  private Series series(Method method) {
    Series known = methods.get(method.fullName());
    return known != null ? known : methods.computeIfAbsent(method.fullName(), n -> make(method));
  }

  private Series make(Method method) {
    String name = method.name();
    String service = method.service();
    String type = method.kind().metricLabel();
    var byCode = new Counter[Code.values().length];
    for (Code code : Code.values()) {
      byCode[code.number()] = handled.with(code.goName(), name, service, type);
    }
    return new Series(
        started.with(name, service, type),
        messagesReceived.with(name, service, type),
        messagesSent.with(name, service, type),
        byCode,
        seconds.map(histograms -> histograms.with(name, service, type)));
  }
}
