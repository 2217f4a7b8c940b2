package io.quorate.metrics;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.metrics.registry.Registry;
import io.quorate.node.RaftView;
import io.quorate.raft.event.RoleType;
import io.quorate.raft.message.ConfState;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class GrpcMetricsTest {
  private static final RaftView LED = new RaftView(1, RoleType.FOLLOWER, 1, 1, ConfState.EMPTY, 0);

  private final Registry registry = new Registry();
  private final ServerMetrics server = new ServerMetrics(registry);
  private final GrpcMetrics grpc = new GrpcMetrics(registry, server, false);

  /** Section 5.2, steps 6 and 7: the handler's code, which the client no longer hears. */
  @ParameterizedTest
  @CsvSource({
    "true,  etcdserverpb.KV/Put,             CANCELLED,         Unknown",
    "true,  etcdserverpb.KV/Put,             DEADLINE_EXCEEDED, Unavailable",
    "true,  etcdserverpb.KV/Put,             OK,                OK",
    "true,  etcdserverpb.Lease/LeaseGrant,   CANCELLED,         Unknown",
    "true,  etcdserverpb.Auth/UserAdd,       CANCELLED,         Unknown",
    "true,  etcdserverpb.Maintenance/Alarm,  CANCELLED,         Unknown",
    "true,  etcdserverpb.KV/Range,           CANCELLED,         Canceled",
    "true,  etcdserverpb.Lease/LeaseLeases,  CANCELLED,         Canceled",
    "true,  etcdserverpb.Maintenance/Status, DEADLINE_EXCEEDED, DeadlineExceeded",
    "false, etcdserverpb.KV/Put,             CANCELLED,         Canceled",
    "false, etcdserverpb.KV/Put,             DEADLINE_EXCEEDED, DeadlineExceeded",
  })
  void aCallThatItsClientGaveUpCountsAsItsHandlerEnded(
      boolean led, String name, Code code, String counted) {
    server.raft().changed(led ? LED : RaftView.UNKNOWN, led);
    var method = new Method("/" + name, Method.Kind.UNARY, call -> null);
    grpc.edge().callHandled(method, code, 1);
    assertThat(new String(registry.text(), StandardCharsets.UTF_8))
        .contains("grpc_server_handled_total{grpc_code=\"" + counted + "\",grpc_method=\"")
        .containsPattern("grpc_server_handled_total\\{grpc_code=\"" + counted + "\"[^}]*\\} 1\n");
  }
}
