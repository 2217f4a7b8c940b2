package io.quorate.embed;

import io.quorate.node.NodeException;
import io.quorate.server.Errors;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.slf4j.Logger;

/** Leadership goes to another member before this one stops (spec/server.md 3.4). */
final class HandOver {
  private HandOver() {}

  /** Waits for {@code transfer}, no longer than {@code limit}; what fails is only said. */
  static void await(CompletableFuture<?> transfer, Duration limit, long memberId, Logger log) {
    try {
      transfer.get(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      failed(new NodeException.Timeout(NodeException.TimeoutCause.LEADER_TRANSFER), memberId, log);
    } catch (ExecutionException e) {
      failed(e.getCause() == null ? e : e.getCause(), memberId, log);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private static void failed(Throwable why, long memberId, Logger log) {
    log.atWarn()
        .addKeyValue("local-member-id", Long.toHexString(memberId))
        .addKeyValue("error", Errors.status(why).message())
        .log("leadership transfer failed");
  }
}
