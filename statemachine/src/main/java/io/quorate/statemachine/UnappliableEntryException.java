package io.quorate.statemachine;

/**
 * A committed entry that this version cannot apply. It must not be skipped, or this member would
 * differ from the others: the member stops before the entry counts as applied.
 */
public final class UnappliableEntryException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final long index;

  public UnappliableEntryException(long index, String why, Throwable cause) {
    super("entry " + Long.toUnsignedString(index) + " cannot be applied: " + why, cause);
    this.index = index;
  }

  public UnappliableEntryException(long index, String why) {
    super("entry " + Long.toUnsignedString(index) + " cannot be applied: " + why);
    this.index = index;
  }

  public long index() {
    return index;
  }
}
