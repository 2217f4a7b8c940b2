package io.quorate.etcdctl;

import io.quorate.client.AttemptListener;
import io.quorate.rpc.Peer;
import io.quorate.rpc.StatusException;
import java.util.List;
import java.util.Optional;

/** Says on stderr which attempts at a call failed, in the original's words. */
final class FailedAttempts implements AttemptListener {
  private final Invocation invocation;
  private final List<String> endpoints;
  private final String logger;

  FailedAttempts(Invocation invocation, List<String> endpoints, String logger) {
    this.logger = logger;
    this.invocation = invocation;
    this.endpoints = endpoints;
  }

  @Override
  public void failed(String method, int attempt, StatusException why) {
    write("retrying of unary invoker failed", method, attempt, why);
  }

  @Override
  public void tokenRefused(String method, int attempt, StatusException why) {
    write("retrying of unary invoker failed to fetch new auth token", method, attempt, why);
  }

  private void write(String message, String method, int attempt, StatusException why) {
    if (invocation.isEnded()) {
      return;
    }
    ClientLog.of(invocation, logger)
        .write(
            "warn",
            message,
            "target",
            "etcd-endpoints://0x0/" + ConnectionSettings.authority(endpoints.getFirst()),
            "peer",
            peer(why.peer()),
            "method",
            method,
            "attempt",
            attempt,
            "error",
            String.valueOf(why.getMessage()));
  }

  private static String peer(Optional<Peer> peer) {
    return peer.isEmpty()
        ? "Peer{Addr: <nil>, LocalAddr: <nil>, AuthInfo: <nil>}"
        : "Peer{Addr: '"
            + peer.get().address()
            + "', LocalAddr: '"
            + peer.get().localAddress()
            + "', AuthInfo: '"
            + (peer.get().tls() ? "tls" : "insecure")
            + "'}";
  }
}
