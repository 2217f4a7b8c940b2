package io.quorate.statemachine.auth;

import io.quorate.backend.Backend;
import io.quorate.backend.schema.MetaKey;
import java.nio.ByteBuffer;
import java.util.Arrays;

/** Whether rights are checked, and the revision of users and roles. */
public final class AuthStore {
  private static final byte[] ON = {1};

  private final Backend backend;
  private volatile long revision;

  public AuthStore(Backend backend) {
    this.backend = backend;
  }

  /**
   * Forgets everything and reads the database.
   *
   * @throws AuthEnabledException if auth is on
   */
  public void recover() {
    boolean enabled =
        backend
            .get(MetaKey.AUTH_ENABLED.bucket(), MetaKey.AUTH_ENABLED.bytes())
            .map(value -> Arrays.equals(value, ON))
            .orElse(false);
    if (enabled) {
      throw new AuthEnabledException();
    }
    revision =
        backend
            .get(MetaKey.AUTH_REVISION.bucket(), MetaKey.AUTH_REVISION.bytes())
            .map(value -> ByteBuffer.wrap(value).getLong())
            .orElse(0L);
  }

  /** A new store has revision 1. Written with whatever is written next. */
  public void initialize() {
    if (revision == 0) {
      revision = 1;
      backend.put(
          MetaKey.AUTH_REVISION.bucket(),
          MetaKey.AUTH_REVISION.bytes(),
          ByteBuffer.allocate(8).putLong(revision).array());
    }
  }

  public boolean enabled() {
    return false;
  }

  public long revision() {
    return revision;
  }
}
