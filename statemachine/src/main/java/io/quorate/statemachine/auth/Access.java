package io.quorate.statemachine.auth;

import io.quorate.statemachine.request.Permission;

/** What somebody wants to do with keys. */
public enum Access {
  READ,
  WRITE;

  /** Whether a permission of {@code type} allows it; types that no version knows allow nothing. */
  boolean allowedBy(int type) {
    return type == Permission.READWRITE
        || type == (this == READ ? Permission.READ : Permission.WRITE);
  }
}
