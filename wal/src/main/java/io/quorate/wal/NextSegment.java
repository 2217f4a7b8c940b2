package io.quorate.wal;

import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * The segment after the tail, under the name {@code 0.tmp} or {@code 1.tmp} in turn: preallocated
 * and locked before it is needed, so that a cut does not wait for the file system.
 */
final class NextSegment {
  private final Disk disk;
  private final Path directory;
  private final long segmentBytes;
  private final Logger log;
  private int made;
  private @Nullable DiskFile ready;
  private boolean failed;

  NextSegment(Disk disk, Path directory, long segmentBytes, Logger log) {
    this.disk = disk;
    this.directory = directory;
    this.segmentBytes = segmentBytes;
    this.log = log;
  }

  private Path path() {
    return directory.resolve(made % 2 + ".tmp");
  }

  /** Makes it unless it is there, or has failed since the last cut; whether it did anything. */
  boolean prepare() {
    if (ready != null || failed) {
      return false;
    }
    try {
      ready = make();
    } catch (DiskException e) {
      // Nothing lives in it yet. When the tail is full it is tried again, and then it counts.
      failed = true;
      log.atWarn()
          .addKeyValue("error", e.getMessage())
          .log("failed to preallocate space when creating a new WAL");
    }
    return true;
  }

  /** Gives it away. */
  DiskFile take() {
    DiskFile taken = ready == null ? make() : ready;
    ready = null;
    failed = false;
    return taken;
  }

  /** Where the file that was just taken still lies; the next one gets the other name. */
  Path takenFrom() {
    Path path = path();
    made++;
    return path;
  }

  // Departure: a left-over file is emptied first. One that a power cut left after its head was
  // written, but before its name was, would otherwise show through behind a shorter new head.
  private DiskFile make() {
    DiskFile file = disk.open(path(), Disk.Mode.TRUNCATE);
    try {
      if (!file.tryOfdLock()) {
        throw new WalException.Locked("fileutil: file already locked");
      }
      file.preallocate(segmentBytes);
      return file;
    } catch (DiskException e) {
      file.close();
      try {
        disk.delete(path());
      } catch (DiskException second) {
        e.addSuppressed(second);
      }
      throw e;
    }
  }

  void close() {
    if (ready != null) {
      ready.close();
      ready = null;
    }
  }

  void delete() {
    if (ready != null) {
      close();
      disk.delete(path());
    }
  }
}
