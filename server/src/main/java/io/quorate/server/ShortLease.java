package io.quorate.server;

import io.quorate.api.etcdserverpb.LeaseGrantRequest;
import io.quorate.api.etcdserverpb.LeaseGrantResponse;
import io.quorate.client.Decoded;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.StatusException;

/**
 * The lease of a caller of the lock and election services who has brought none: nobody renews it.
 */
final class ShortLease {
  private static final long TTL_SECONDS = 60;

  private ShortLease() {}

  /** {@code lease}, or if that is 0 a new one. */
  static long orNew(Channel services, long lease) {
    if (lease != 0) {
      return lease;
    }
    byte[] granted =
        services.unary(
            "/etcdserverpb.Lease/LeaseGrant",
            LeaseGrantRequest.newBuilder().setTTL(TTL_SECONDS).build().toByteArray(),
            CallOptions.DEFAULT);
    return Decoded.of(granted, LeaseGrantResponse.parser(), StatusException::new).getID();
  }
}
