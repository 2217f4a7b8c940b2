package io.quorate.bolt;

/**
 * Wrong input to {@code bolt}, or a file that is not what it should be. The texts are bbolt's where
 * it has one. Failures of the disk are {@link io.quorate.io.DiskException}s instead.
 */
public abstract sealed class BoltException extends RuntimeException {
  BoltException(String message) {
    super(message);
  }

  /** No meta page of this file is one: {@code invalid database}. */
  public static final class InvalidDatabase extends BoltException {
    public InvalidDatabase() {
      super("invalid database");
    }
  }

  /** The file format is not version 2: {@code version mismatch}. */
  public static final class VersionMismatch extends BoltException {
    public VersionMismatch() {
      super("version mismatch");
    }
  }

  /** A meta page was damaged: {@code checksum error}. */
  public static final class ChecksumError extends BoltException {
    public ChecksumError() {
      super("checksum error");
    }
  }

  /** The file is shorter than its two meta pages: {@code file size too small 100}. */
  public static final class FileTooSmall extends BoltException {
    public FileTooSmall(long lengthBytes) {
      super("file size too small " + lengthBytes);
    }
  }

  /** Another process holds the lock of the file: {@code timeout}. */
  public static final class Locked extends BoltException {
    public Locked() {
      super("timeout");
    }
  }

  /** A page does not hold what it must. Where bbolt panics with a text, it is that text. */
  public static final class Corrupt extends BoltException {
    public Corrupt(String message) {
      super(message);
    }
  }

  /** A key is empty: {@code key required}. */
  public static final class KeyRequired extends BoltException {
    public KeyRequired() {
      super("key required");
    }
  }

  /** A key has more than 32,768 bytes: {@code key too large}. */
  public static final class KeyTooLarge extends BoltException {
    public KeyTooLarge() {
      super("key too large");
    }
  }

  /** A value has more than 2^31 − 2 bytes: {@code value too large}. */
  public static final class ValueTooLarge extends BoltException {
    public ValueTooLarge() {
      super("value too large");
    }
  }

  /** A bucket name is empty: {@code bucket name required}. */
  public static final class BucketNameRequired extends BoltException {
    public BucketNameRequired() {
      super("bucket name required");
    }
  }

  /** {@code bucket already exists}. */
  public static final class BucketExists extends BoltException {
    public BucketExists() {
      super("bucket already exists");
    }
  }

  /** {@code bucket not found}. */
  public static final class BucketNotFound extends BoltException {
    public BucketNotFound() {
      super("bucket not found");
    }
  }

  /** A bucket where a value was expected, or the reverse: {@code incompatible value}. */
  public static final class IncompatibleValue extends BoltException {
    public IncompatibleValue() {
      super("incompatible value");
    }
  }

  /** The file was opened for reading only: {@code database is in read-only mode}. */
  public static final class ReadOnly extends BoltException {
    public ReadOnly() {
      super("database is in read-only mode");
    }
  }

  /** {@code database not open}. */
  public static final class NotOpen extends BoltException {
    public NotOpen() {
      super("database not open");
    }
  }

  /** {@code tx closed}. */
  public static final class TransactionClosed extends BoltException {
    public TransactionClosed() {
      super("tx closed");
    }
  }

  /** A failpoint demanded this failure; the message is its text. */
  public static final class Injected extends BoltException {
    public Injected(String text) {
      super(text);
    }
  }
}
