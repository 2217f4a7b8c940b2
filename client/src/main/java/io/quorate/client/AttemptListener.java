package io.quorate.client;

import io.quorate.rpc.StatusException;

/**
 * Hears of every attempt at a unary call that failed, those that are tried again included; in the
 * thread of the call.
 */
@FunctionalInterface
public interface AttemptListener {
  /**
   * Hears nothing. A class, not a lambda: this is on the way of every etcdctl, and a lambda costs
   * it 2 ms.
   */
  final class Nobody implements AttemptListener {
    @Override
    public void failed(String method, int attempt, StatusException why) {}
  }

  /**
   * @param method for example {@code /etcdserverpb.KV/Range}
   * @param attempt counted from 0
   * @param why its message is what the Go client would print, with the peer if there was one
   */
  void failed(String method, int attempt, StatusException why);

  /** A call was refused for its token, and a new one was not to be had. */
  default void tokenRefused(String method, int attempt, StatusException why) {}
}
