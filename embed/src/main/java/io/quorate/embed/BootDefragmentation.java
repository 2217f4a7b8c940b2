package io.quorate.embed;

import io.quorate.backend.Backend;
import io.quorate.gotext.GoBytes;
import io.quorate.io.Clock;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/** The database is rewritten before the start if that gives back enough of the disk. */
final class BootDefragmentation {
  private static final long MEGABYTE = 1024 * 1024;

  private BootDefragmentation() {}

  /**
   * To be called while nothing else drives the backend.
   *
   * @param thresholdMegabytes {@code --bootstrap-defrag-threshold-megabytes}; 0 for never
   */
  static void runIfWorthwhile(Backend backend, long thresholdMegabytes, Clock clock, Logger log) {
    if (thresholdMegabytes == 0) {
      return;
    }
    long threshold = thresholdMegabytes * MEGABYTE;
    long size = backend.sizeBytes();
    long inUse = backend.sizeInUseBytes();
    if (size - inUse < threshold) {
      log.atInfo()
          .addKeyValue("current-db-size-bytes", size)
          .addKeyValue("current-db-size", GoBytes.format(size))
          .addKeyValue("current-db-size-in-use-bytes", inUse)
          .addKeyValue("current-db-size-in-use", GoBytes.format(inUse))
          .addKeyValue("experimental-bootstrap-defrag-threshold-bytes", threshold)
          .addKeyValue("experimental-bootstrap-defrag-threshold", GoBytes.format(threshold))
          .log("Skipping defragmentation");
      return;
    }
    CompletableFuture<Void> done = backend.defragment();
    while (!done.isDone()) {
      backend.commitLoop().poll(clock.nanos());
    }
    done.join();
  }
}
