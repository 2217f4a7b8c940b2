package io.quorate.server;

import io.quorate.rpc.CallHandler;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Code;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.statemachine.request.DecodeException;

/**
 * Calls with one request, which is handled as soon as it is there: as with grpc-go, a unary call
 * does not wait for its client to say that it sends no more, and nobody looks at what follows. Who
 * must wait stands behind {@link WholeRequest}.
 */
@FunctionalInterface
interface Unary {
  /**
   * Answers {@code request}, now or later. What it throws becomes the status of the call: {@link
   * StatusException}, a refusal of the node or the store, or a message that does not decode.
   */
  void handle(byte[] request, ServerCall call);

  static CallHandler of(Unary method) {
    return call -> listener(method, call, () -> {});
  }

  /**
   * Hears the request of {@code call}, and hands it to {@code method}.
   *
   * @param givenUp run when the client gives up, by its deadline or otherwise
   */
  static CallListener listener(Unary method, ServerCall call, Runnable givenUp) {
    return new CallListener() {
      private boolean handled;

      @Override
      public void message(byte[] message) {
        handled = true;
        try {
          method.handle(message, call);
        } catch (DecodeException e) {
          call.finish(Errors.unmarshalling(String.valueOf(e.getMessage())));
        } catch (RuntimeException e) {
          call.finish(Errors.status(e));
        }
      }

      @Override
      public void halfClosed() {
        if (!handled) {
          call.finish(new Status(Code.INTERNAL, "EOF"));
        }
      }

      @Override
      public void cancelled(Status why) {
        givenUp.run();
      }
    };
  }

  /** Answers {@code call} with {@code message}. */
  static void reply(ServerCall call, byte[] message) {
    call.reply(Payload.of(message));
  }
}
