package io.quorate.client;

import io.quorate.api.etcdserverpb.LeaseGrantRequest;
import io.quorate.api.etcdserverpb.LeaseGrantResponse;
import io.quorate.api.etcdserverpb.LeaseKeepAliveRequest;
import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;
import io.quorate.api.etcdserverpb.LeaseLeasesRequest;
import io.quorate.api.etcdserverpb.LeaseLeasesResponse;
import io.quorate.api.etcdserverpb.LeaseRevokeRequest;
import io.quorate.api.etcdserverpb.LeaseRevokeResponse;
import io.quorate.api.etcdserverpb.LeaseTimeToLiveRequest;
import io.quorate.api.etcdserverpb.LeaseTimeToLiveResponse;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.util.Optional;

/** Leases. Ids are signed 64-bit numbers that users see in hexadecimal. */
public final class Lease implements AutoCloseable {
  private final Messages calls;
  private final LeaseKeeper keeper;

  Lease(Messages calls) {
    this.calls = calls;
    this.keeper = new LeaseKeeper(calls);
  }

  /** A lease of {@code ttlSeconds}, with an id that the server chooses. */
  public LeaseGrantResponse grant(long ttlSeconds) {
    return grant(ttlSeconds, 0);
  }

  public LeaseGrantResponse grant(long ttlSeconds, long id) {
    return calls.unary(
        "/etcdserverpb.Lease/LeaseGrant",
        LeaseGrantRequest.newBuilder().setTTL(ttlSeconds).setID(id).build(),
        LeaseGrantResponse.parser());
  }

  public LeaseRevokeResponse revoke(long id) {
    return calls.unary(
        "/etcdserverpb.Lease/LeaseRevoke",
        LeaseRevokeRequest.newBuilder().setID(id).build(),
        LeaseRevokeResponse.parser());
  }

  public LeaseTimeToLiveResponse timeToLive(long id, boolean withKeys) {
    return calls.unary(
        "/etcdserverpb.Lease/LeaseTimeToLive",
        LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(withKeys).build(),
        LeaseTimeToLiveResponse.parser());
  }

  public LeaseLeasesResponse list() {
    return calls.unary(
        "/etcdserverpb.Lease/LeaseLeases",
        LeaseLeasesRequest.getDefaultInstance(),
        LeaseLeasesResponse.parser());
  }

  /** Renews the lease at a third of its time to live, until it is closed or lost. */
  public KeepAlive keepAlive(long id, KeepAliveListener listener) {
    return keeper.keep(id, listener);
  }

  /**
   * Renews the lease once, waiting for the answer.
   *
   * @throws EtcdException if there is no such lease
   */
  public LeaseKeepAliveResponse keepAliveOnce(long id) {
    while (true) {
      Pieces pieces = renewOnce(id);
      Optional<byte[]> answer = pieces.next();
      if (answer.isPresent()) {
        pieces.cancel();
        LeaseKeepAliveResponse response =
            Messages.parse(answer.get(), LeaseKeepAliveResponse.parser());
        if (response.getTTL() <= 0) {
          throw new EtcdException(new Status(Code.NOT_FOUND, EtcdException.LEASE_NOT_FOUND));
        }
        return response;
      }
      Status end = pieces.end();
      boolean again =
          (end.code() == Code.UNAVAILABLE || end.code() == Code.INTERNAL)
              && !EtcdException.isKnown(end.message());
      if (!again) {
        throw new EtcdException(end);
      }
    }
  }

  private Pieces renewOnce(long id) {
    try {
      return Pieces.of(
          calls.channel(),
          "/etcdserverpb.Lease/LeaseKeepAlive",
          LeaseKeepAliveRequest.newBuilder().setID(id).build().toByteArray(),
          calls.callOptions());
    } catch (StatusException e) {
      throw new EtcdException(e.status());
    }
  }

  /** Stops renewing; leases live on until they expire. */
  @Override
  public void close() {
    keeper.close();
  }
}
