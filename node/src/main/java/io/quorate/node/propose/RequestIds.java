package io.quorate.node.propose;

import java.util.concurrent.atomic.AtomicLong;

/**
 * Ids of requests, unique over members and restarts (spec/api.md 5.2): the low 16 bits of the
 * member id above 48 bits that start at the wall clock and count.
 *
 * <pre>
 *   member id (16) | unix milliseconds mod 2^40 (40) | counter (8)
 * </pre>
 */
public final class RequestIds {
  private static final long SUFFIX_MASK = (1L << 48) - 1;

  private final long prefix;
  private final AtomicLong suffix;

  /** For {@code memberId}, started at {@code epochMillis}. */
  public RequestIds(long memberId, long epochMillis) {
    prefix = memberId << 48;
    suffix = new AtomicLong((epochMillis & ((1L << 40) - 1)) << 8);
  }

  /** The next id; never 0. Any thread. */
  public long next() {
    while (true) {
      long id = prefix | (suffix.incrementAndGet() & SUFFIX_MASK);
      if (id != 0) {
        return id;
      }
    }
  }
}
