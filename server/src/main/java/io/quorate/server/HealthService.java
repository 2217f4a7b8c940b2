package io.quorate.server;

import io.quorate.rpc.CallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.server.wire.Wire;
import io.quorate.statemachine.request.DecodeException;
import java.util.Optional;
import java.util.function.Consumer;

/** grpc.health.v1.Health for the server as a whole, which is service {@code ""}. */
final class HealthService {
  private static final int SERVICE_UNKNOWN = 3;

  // This one service is not of the generator whose words the others have.
  private static final String MALFORMED = "proto: cannot parse invalid wire-format data";

  private final Serving serving;

  HealthService(Serving serving) {
    this.serving = serving;
  }

  void addTo(ServiceTable table) {
    table.add("/grpc.health.v1.Health/Check", Method.Kind.UNARY, Unary.of(this::check));
    table.add("/grpc.health.v1.Health/List", Method.Kind.UNARY, Unary.of(this::list));
    table.add("/grpc.health.v1.Health/Watch", Method.Kind.SERVER_STREAM, Watching::new);
  }

  private void check(byte[] bytes, ServerCall call) {
    String service;
    try {
      service = Requests.healthService(bytes);
    } catch (DecodeException e) {
      throw new StatusException(Errors.unmarshalling(MALFORMED));
    }
    if (!service.isEmpty()) {
      throw new StatusException(new Status(Code.NOT_FOUND, "unknown service"));
    }
    Unary.reply(call, encoded(serving.state().ordinal()));
  }

  /** All services there are, which is one without a name: an entry of a map from name to status. */
  private void list(byte[] bytes, ServerCall call) {
    Wire status = new Wire(4).number(1, serving.state().ordinal());
    Wire entry = new Wire(16).message(1, new byte[0]).message(2, status);
    Unary.reply(call, new Wire(16).message(1, entry).toByteArray());
  }

  private static byte[] encoded(int status) {
    return new Wire(4).number(1, status).toByteArray();
  }

  /** Tells of every change until the client goes. */
  private final class Watching implements CallListener {
    private final ServerCall call;
    private final Consumer<Serving.State> listener = this::tell;
    private Optional<Serving.State> told = Optional.empty(); // guarded by this

    private Watching(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] bytes) {
      String service;
      try {
        service = Requests.healthService(bytes);
      } catch (DecodeException e) {
        call.finish(Errors.unmarshallingMessage(MALFORMED));
        return;
      }
      if (!service.isEmpty()) {
        call.send(Payload.of(encoded(SERVICE_UNKNOWN)));
        return;
      }
      serving.listen(listener);
      tell(serving.state());
    }

    private synchronized void tell(Serving.State state) {
      if (!told.equals(Optional.of(state))) {
        told = Optional.of(state);
        call.send(Payload.of(encoded(state.ordinal())));
      }
    }

    @Override
    public void cancelled(Status why) {
      serving.forget(listener);
    }
  }
}
