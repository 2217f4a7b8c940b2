package io.quorate.server;

import io.quorate.client.recipes.RecipeException;
import io.quorate.rpc.CallHandler;
import io.quorate.rpc.Channel;
import io.quorate.rpc.Code;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import io.quorate.statemachine.request.DecodeException;

/**
 * Calls with one request that wait for other clients, as a client of this member's own services:
 * each in a virtual thread of its own, which only waits (spec/api.md 13).
 */
@FunctionalInterface
interface Waiting {
  /**
   * Answers {@code request}. What it throws becomes the status of the call.
   *
   * @param services this member's, as this caller
   */
  void handle(byte[] request, CallerChannel services, ServerCall call);

  /**
   * @param own this member's services, below the checks that every call passes
   */
  static CallHandler of(Channel own, Waiting method) {
    return call -> {
      CallerChannel services = new CallerChannel(own, call.metadata());
      return Unary.listener(
          (bytes, same) ->
              Thread.ofVirtual()
                  .name("etcd-waiting")
                  .start(() -> run(method, bytes, services, same)),
          call,
          services::giveUp);
    };
  }

  private static void run(Waiting method, byte[] bytes, CallerChannel services, ServerCall call) {
    try {
      method.handle(bytes, services, call);
    } catch (DecodeException e) {
      call.finish(Errors.unmarshalling(String.valueOf(e.getMessage())));
    } catch (RecipeException e) {
      call.finish(unknown(String.valueOf(e.getMessage())));
    } catch (StatusException e) {
      // What the services refuse has lost its code on the way: clients see it as etcd's do.
      Code code = e.status().code();
      boolean callersEnd = code == Code.CANCELLED || code == Code.DEADLINE_EXCEEDED;
      call.finish(callersEnd ? e.status() : unknown(e.status().message()));
    } catch (RuntimeException e) {
      call.finish(Errors.status(e));
    }
  }

  private static Status unknown(String message) {
    return new Status(Code.UNKNOWN, message);
  }
}
