package io.quorate.embed;

import io.quorate.io.DiskException;

/** The disk refuses the file of the database. The message is what it said. */
final class UnopenableDatabaseException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  UnopenableDatabaseException(DiskException cause) {
    super(cause.getMessage(), cause);
  }
}
