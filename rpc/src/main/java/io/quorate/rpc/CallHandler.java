package io.quorate.rpc;

/** Serves the calls of one method. */
@FunctionalInterface
public interface CallHandler {
  /** A call begins, on its event loop. */
  CallListener start(ServerCall call);
}
