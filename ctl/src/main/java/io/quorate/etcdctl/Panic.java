package io.quorate.etcdctl;

/**
 * Where the original's program panics. Scripts see its exit code, 2, and the first line on stderr;
 * the stack of goroutines below it is not to be had.
 */
public final class Panic extends RuntimeException {
  static final int EXIT_CODE = 2;

  public Panic(String message) {
    super(message, null, false, false);
  }
}
