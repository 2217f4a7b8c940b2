package io.quorate.backend;

import io.quorate.bolt.BoltException;
import io.quorate.bolt.BoltFile;
import io.quorate.bolt.BoltListener;
import io.quorate.bolt.Cursor;
import io.quorate.bolt.WritableBucket;
import io.quorate.bolt.WriteTransaction;
import io.quorate.gotext.GoBytes;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.Failpoints;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;

/**
 * Copies the file bucket by bucket into a new one beside it, which then takes its name. Buffers
 * wait meanwhile, readers do not. Until all is copied the old file is what counts: whatever fails
 * before, the copy is deleted and the member goes on (etcd issue 18810), but for a page of the old
 * file that is damaged. From the rename on, failures are fatal: nobody knows which file has the
 * name.
 */
final class Defragmentation {
  private static final double FILL = 0.9;
  private static final int COMMIT_EVERY = 10_000;
  private static final long COMMIT_EVERY_BYTES = 16L << 20;
  private static final String OPEN_FILE_ERROR = "defragOpenFileError";
  private static final String BEFORE_COPY = "defragBeforeCopy";
  private static final String COPY_FAILS = "defragdbFail";
  private static final String BEFORE_RENAME = "defragBeforeRename";

  private final CommitLoop owner;
  private final Disk disk;
  private final Path path;
  private final Path copyPath;
  private final BackendOptions options;
  private final Clock clock;
  private final Failpoints failpoints;
  private final Logger log;
  private final CompletableFuture<Void> done;
  private final Failpoints.Point openFileError;
  private final Failpoints.Point beforeCopy;
  private final Failpoints.Point copyFails;
  private final Failpoints.Point beforeRename;
  private final long began;
  private final long sizeBefore;
  private final long inUseBefore;
  private final FileSnapshot source;
  private final BucketWalk buckets;
  private @Nullable BoltFile copy;
  private @Nullable Cursor cursor;
  private boolean there;

  /** Nothing is to be given up any more: it was, or the copy is about to take the name. */
  private boolean ended;

  Defragmentation(
      CommitLoop owner,
      Disk disk,
      Path path,
      BackendOptions options,
      Clock clock,
      Failpoints failpoints,
      Logger log,
      CompletableFuture<Void> done) {
    this.owner = owner;
    this.disk = disk;
    this.path = path;
    this.options = options;
    this.clock = clock;
    this.failpoints = failpoints;
    this.log = log;
    this.done = done;
    this.openFileError = failpoints.point(OPEN_FILE_ERROR);
    this.beforeCopy = failpoints.point(BEFORE_COPY);
    this.copyFails = failpoints.point(COPY_FAILS);
    this.beforeRename = failpoints.point(BEFORE_RENAME);
    this.began = clock.nanos();
    this.sizeBefore = owner.sizeBytes();
    this.inUseBefore = owner.sizeInUseBytes();
    this.copyPath =
        path.resolveSibling(
            path.getFileName() + ".tmp." + Long.toUnsignedString(clock.epochMillis() ^ began));
    this.source = owner.beginRead();
    this.buckets = new BucketWalk(source);
  }

  /** Makes its failpoints known, so that they can be set before there is a defragmentation. */
  static void name(Failpoints failpoints) {
    for (String each : List.of(OPEN_FILE_ERROR, BEFORE_COPY, COPY_FAILS, BEFORE_RENAME)) {
      failpoints.point(each);
    }
  }

  /**
   * Does the next piece.
   *
   * @return whether it has ended, well or not
   * @throws RuntimeException if the member must stop, for a damaged page or a failed rename; that
   *     is logged
   */
  boolean step() {
    BoltFile target;
    try {
      target = copy;
      if (target == null) {
        copy = openCopy();
        fire(beforeCopy);
        return false;
      }
      if (copyBatch(target)) {
        return false;
      }
    } catch (BoltException.Corrupt e) {
      log.atError().setCause(e).log("unexpected panic during defrag");
      abandon(e);
      throw e;
    } catch (DiskException | BoltException | Failed e) {
      log.atError().setCause(e).addKeyValue("path", copyPath).log("failed to defragment db");
      abandon(e);
      return true;
    }
    takeName(target);
    return true;
  }

  private void takeName(BoltFile target) {
    ended = true;
    String failed = "failed to close tmp database";
    try {
      target.close();
      beforeRename.fire();
      failed = "failed to rename tmp database";
      disk.rename(copyPath, path);
      // Departure from etcd: else a power cut could bring the old file back, without the commits
      // made since.
      disk.syncDirectory(CommitLoop.folder(path));
      failed = "failed to open database";
      owner.defragmented(clock.nanos() - began);
    } catch (RuntimeException | Error e) {
      log.atError().setCause(e).addKeyValue("path", copyPath).log(failed);
      done.completeExceptionally(e);
      throw e;
    } finally {
      source.release();
    }
    long size = owner.sizeBytes();
    long inUse = owner.sizeInUseBytes();
    log.atInfo()
        .addKeyValue("path", path)
        .addKeyValue("current-db-size-bytes-diff", size - sizeBefore)
        .addKeyValue("current-db-size-bytes", size)
        .addKeyValue("current-db-size", GoBytes.format(size))
        .addKeyValue("current-db-size-in-use-bytes-diff", inUse - inUseBefore)
        .addKeyValue("current-db-size-in-use-bytes", inUse)
        .addKeyValue("current-db-size-in-use", GoBytes.format(inUse))
        .addKeyValue("took", Duration.ofNanos(clock.nanos() - began))
        .log("finished defragmenting directory");
    owner.defragmentationEnded();
    done.complete(null);
  }

  private BoltFile openCopy() {
    fire(openFileError);
    log.atInfo()
        .addKeyValue("path", path)
        .addKeyValue("current-db-size-bytes", sizeBefore)
        .addKeyValue("current-db-size", GoBytes.format(sizeBefore))
        .addKeyValue("current-db-size-in-use-bytes", inUseBefore)
        .addKeyValue("current-db-size-in-use", GoBytes.format(inUseBefore))
        .log("defragmenting");
    return BoltFile.open(disk, copyPath, options.defragmentCopy(), failpoints, BoltListener.NONE);
  }

  /**
   * Copies up to {@link #COMMIT_EVERY} records, or somewhat over {@link #COMMIT_EVERY_BYTES}, which
   * are on the heap until they are committed; false when nothing is left.
   */
  private boolean copyBatch(BoltFile target) {
    try (WriteTransaction transaction = target.beginWrite()) {
      int copied = 0;
      long bytes = 0;
      while (copied < COMMIT_EVERY && bytes < COMMIT_EVERY_BYTES) {
        Cursor from = cursor;
        if (from == null || !there) {
          if (!nextBucket(transaction)) {
            transaction.commit();
            return false;
          }
          continue;
        }
        WritableBucket into = into(transaction);
        while (there && copied < COMMIT_EVERY && bytes < COMMIT_EVERY_BYTES) {
          byte[] key = from.keyBytes();
          byte[] value = from.value().toArray(ValueLayout.JAVA_BYTE);
          into.put(key, value);
          bytes += key.length + value.length;
          there = from.next();
          copied++;
        }
      }
      fire(copyFails);
      transaction.commit();
      return true;
    }
  }

  private boolean nextBucket(WriteTransaction transaction) {
    if (!buckets.next()) {
      return false;
    }
    fire(copyFails);
    into(transaction);
    Cursor first = buckets.bucket().cursor();
    cursor = first;
    there = first.first();
    return true;
  }

  private WritableBucket into(WriteTransaction transaction) {
    WritableBucket into = transaction.createBucketIfMissing(buckets.name());
    into.fillPercent(FILL);
    return into;
  }

  private static void fire(Failpoints.Point point) {
    Optional<String> text = point.fire();
    if (text.isPresent()) {
      throw new Failed(text.get());
    }
  }

  /** Gives up; the old file stays. */
  void abandon() {
    abandon(closed());
  }

  static RuntimeException closed() {
    return new Failed("the backend was closed");
  }

  private void abandon(Throwable why) {
    if (ended) {
      return;
    }
    ended = true;
    source.release();
    BoltFile target = copy;
    if (target != null) {
      target.close();
    }
    try {
      disk.delete(copyPath);
    } catch (DiskException e) {
      log.atError()
          .setCause(e)
          .addKeyValue("path", copyPath)
          .log("failed to remove db.tmp after defragmentation completed");
    }
    owner.defragmentationEnded();
    done.completeExceptionally(why);
  }

  /** A failpoint said so, or nobody wants the copy any more. */
  static final class Failed extends RuntimeException {
    Failed(String message) {
      super(message, null, false, false);
    }
  }
}
