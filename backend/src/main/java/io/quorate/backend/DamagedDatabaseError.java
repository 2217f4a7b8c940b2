package io.quorate.backend;

import io.quorate.bolt.BoltException;

/**
 * A page of the open file is not what it must be. Like memory that cannot be read, it means that
 * the disk lies: whoever meets it must end the member, where etcd panics.
 */
public final class DamagedDatabaseError extends InternalError {
  private static final long serialVersionUID = 1L;

  DamagedDatabaseError(BoltException.Corrupt cause) {
    super(cause.getMessage(), cause);
  }
}
