package io.quorate.server;

import io.quorate.api.grpc.health.v1.HealthCheckRequest;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.server.wire.Wire;
import java.util.function.Consumer;

/** grpc.health.v1.Health for the server as a whole, which is service {@code ""}. */
final class HealthService {
  private static final int SERVICE_UNKNOWN = 3;

  private final Serving serving;

  HealthService(Serving serving) {
    this.serving = serving;
  }

  void addTo(ServiceTable table) {
    table.add("/grpc.health.v1.Health/Check", Method.Kind.UNARY, Unary.of(this::check));
    table.add("/grpc.health.v1.Health/Watch", Method.Kind.SERVER_STREAM, Watching::new);
  }

  private void check(byte[] bytes, ServerCall call) {
    if (!service(bytes).isEmpty()) {
      throw new StatusException(new Status(Code.NOT_FOUND, "unknown service"));
    }
    Unary.reply(call, encoded(serving.state().ordinal()));
  }

  private static String service(byte[] bytes) {
    return Messages.parse(HealthCheckRequest.parser(), bytes).getService();
  }

  private static byte[] encoded(int status) {
    return new Wire(4).number(1, status).toByteArray();
  }

  /** Tells of every change until the client goes. */
  private final class Watching implements CallListener {
    private final ServerCall call;
    private final Consumer<Serving.State> listener = this::tell;

    private Watching(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] bytes) {
      if (!service(bytes).isEmpty()) {
        call.send(Payload.of(encoded(SERVICE_UNKNOWN)));
        return;
      }
      serving.listen(listener);
      tell(serving.state());
    }

    private void tell(Serving.State state) {
      call.send(Payload.of(encoded(state.ordinal())));
    }

    @Override
    public void cancelled(Status why) {
      serving.forget(listener);
    }
  }
}
