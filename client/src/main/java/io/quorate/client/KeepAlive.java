package io.quorate.client;

/** A lease that is being renewed. */
public interface KeepAlive extends AutoCloseable {
  /** Stops renewing; the lease itself lives until it expires or is revoked. */
  @Override
  void close();
}
