package io.quorate.peer.http;

import io.quorate.edge.HttpExchange;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/** {@code GET /downgrade/enabled}, where the leader has the last word (spec/peer.md 9). */
final class DowngradeQuestion {
  private DowngradeQuestion() {}

  /**
   * Answers {@code exchange}.
   *
   * @param read completes when this member knows all that the leader knew
   * @param limit how long that may take
   */
  static void ask(
      HttpExchange exchange, CompletableFuture<?> read, Duration limit, BooleanSupplier enabled) {
    read.orTimeout(limit.toNanos(), TimeUnit.NANOSECONDS)
        .whenComplete((ready, failure) -> {
          if (failure != null) {
            Answers.error(
                exchange, 500, "failed linearized read: " + words(Questions.cause(failure)));
          } else {
            byte[] text = Boolean.toString(enabled.getAsBoolean()).getBytes(StandardCharsets.UTF_8);
            Answers.body(exchange, "text/plain", text);
          }
        });
  }

  private static String words(@Nullable Throwable failure) {
    return failure instanceof TimeoutException
        ? "context deadline exceeded"
        : Refusals.words(failure);
  }
}
