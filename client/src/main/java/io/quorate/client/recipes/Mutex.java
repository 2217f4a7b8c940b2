package io.quorate.client.recipes;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.rpc.Channel;

/**
 * A lock on a name that lasts as long as a lease, which is the caller's to keep alive. Taking it
 * again with the same lease is no wait.
 */
public final class Mutex {
  private final Contenders contenders;
  private final long lease;

  public Mutex(Channel channel, ByteString name, long lease) {
    this.contenders = new Contenders(channel, name);
    this.lease = lease;
  }

  /** What exists while the lock is held. */
  public ByteString key() {
    return contenders.keyOf(lease);
  }

  /**
   * Waits until the lock is ours.
   *
   * @return the header of what decided it
   * @throws RecipeException if the lease has ended meanwhile
   * @throws io.quorate.rpc.StatusException if a call failed; our key is gone then
   */
  public ResponseHeader lock() {
    Place place = contenders.enter(lease, ByteString.EMPTY);
    if (place.isFirst()) {
      return place.header();
    }
    boolean ours = false;
    try {
      contenders.awaitTurn(place);
      RangeResponse own = contenders.get(place.key());
      ours = true;
      if (own.getKvsCount() == 0) {
        throw new RecipeException("mutex: session is expired");
      }
      return own.getHeader();
    } finally {
      if (!ours) {
        unlock();
      }
    }
  }

  /** Gives it back, even in an interrupted thread. */
  public void unlock() {
    contenders.leave(key());
  }
}
