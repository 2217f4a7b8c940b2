package io.quorate.client;

import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;

/** What the holder of a lease hears; on a thread that must not be blocked. */
public interface KeepAliveListener {
  /** The lease was renewed for {@code TTL} seconds. */
  default void renewed(LeaseKeepAliveResponse response) {}

  /** The lease has ended, or could not be renewed in time and must be taken for ended. */
  void lost();
}
