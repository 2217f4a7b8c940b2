package io.quorate.etcdctl;

import io.quorate.cli.command.Flag;
import io.quorate.rpc.CallOptions;
import java.time.Duration;

/**
 * How long a command's calls may take (spec/ctl.md 2.4). The three kinds differ in whether the
 * environment has a say and whether waiting for a password counts.
 */
public final class Limits {
  private final long startNanos = System.nanoTime();
  private final Duration limit;

  private Limits(Duration limit) {
    this.limit = limit;
  }

  /** {@code --command-timeout}, from now on. Made before connecting it ignores the environment. */
  public static Limits commandTimeout(Invocation invocation) {
    return new Limits(invocation.global().commandTimeout().value());
  }

  /** What is left of it, for one call. */
  public CallOptions left() {
    return CallOptions.DEFAULT.withDeadlineAfter(limit.minusNanos(System.nanoTime() - startNanos));
  }

  /** As long as it takes. */
  public static CallOptions none() {
    return CallOptions.DEFAULT;
  }

  /** {@code --command-timeout} if the user has chosen one. */
  public static CallOptions ifGiven(Invocation invocation) {
    Flag.Time chosen = invocation.global().commandTimeout();
    return chosen.isGiven()
        ? CallOptions.DEFAULT.withDeadlineAfter(chosen.value())
        : CallOptions.DEFAULT;
  }
}
