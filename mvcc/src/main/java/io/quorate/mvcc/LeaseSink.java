package io.quorate.mvcc;

/** Is told, after a restore, which key hangs on which lease. */
@FunctionalInterface
public interface LeaseSink {
  /** In key order; {@code lease} is never 0. */
  void attach(byte[] key, long lease);
}
