package io.quorate.embed;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendOptions;
import io.quorate.embed.config.ConfigException;
import io.quorate.embed.config.MemberConfig;
import io.quorate.gotext.GoDuration;
import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.node.recovery.DataDirectory;
import io.quorate.node.recovery.FoundingCluster;
import io.quorate.node.recovery.Recovered;
import io.quorate.node.recovery.Recovery;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.wal.SnapshotDirectory;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalOptions;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.slf4j.Logger;

/** What lies in the data directory becomes what a member starts from. */
final class Storage {
  private static final long LOCK_RETRY_NANOS = 50_000_000L;
  private static final int LOCK_WARNING_ATTEMPTS = 200;
  private static final int BATCHES_PER_HEAP = 16;

  private Storage() {}

  /**
   * Recovers, joins or founds, whatever is due.
   *
   * @throws io.quorate.node.recovery.CannotStartException if the directory forbids it
   */
  static Recovered recover(Setting setting, PeerSide peerSide) {
    MemberConfig config = setting.config();
    Disk disk = setting.disk();
    Logger log = setting.log();
    var directory =
        new DataDirectory(
            disk,
            config.folder(),
            config.dedicatedWalDir().isEmpty()
                ? Optional.empty()
                : Optional.of(Path.of(config.dedicatedWalDir())),
            log);
    var segments =
        new WalDirectory(
            disk,
            directory.wal(),
            new WalOptions(WalOptions.DEFAULT.segmentBytes(), config.storage().noFsync()),
            setting.clock(),
            setting.failpoints(),
            setting.metrics().wal(),
            log);
    var snapshots =
        new SnapshotDirectory(
            disk, directory.snap(), setting.clock(), setting.metrics().wal(), log);
    var recovery =
        new Recovery(
            disk,
            directory,
            segments,
            snapshots,
            () -> openBackend(setting, directory.database()),
            new Recovery.Options(
                config.storage().allowV2Content(),
                config.cluster().forceNewCluster(),
                config.cluster().maxLearners()),
            log);
    return recovered(recovery, config, peerSide, log);
  }

  private static Recovered recovered(
      Recovery recovery, MemberConfig config, PeerSide peerSide, Logger log) {
    if (recovery.hasLog()) {
      return recovery.restart(founders(config));
    }
    FoundingCluster cluster = cluster(config);
    if (!config.cluster().isNew()) {
      return recovery.join(() -> peerSide.join(cluster));
    }
    peerSide.founding(cluster.members());
    return recovery.found(
        cluster,
        config.name(),
        config.cluster().initialAdvertisePeerUrls(),
        new ResolvedUrls(log),
        peerSide.stranger());
  }

  private static FoundingCluster cluster(MemberConfig config) {
    return InitialCluster.parse(config.cluster().initialCluster(), config.cluster().token());
  }

  /** Needed only where the log says nothing; otherwise the flags do not count, right or wrong. */
  private static Optional<FoundingCluster> founders(MemberConfig config) {
    try {
      return config.cluster().isNew() ? Optional.of(cluster(config)) : Optional.empty();
    } catch (ConfigException e) {
      return Optional.empty();
    }
  }

  private static Backend openBackend(Setting setting, Path file) {
    Clock clock = setting.clock();
    Logger log = setting.log();
    Logger boltLog = setting.logs().bolt();
    long start = clock.nanos();
    MemberConfig.Storage storage = setting.config().storage();
    StartLog.batches(storage, log);
    StartLog.openingDatabase(file, storage, boltLog);
    long quota = storage.quotaBytes();
    boolean ownQuota = quota > 0 && quota != Quota.DEFAULT_BYTES;
    long mapBytes =
        ownQuota
            ? Math.max(BackendOptions.DEFAULT.initialMapBytes(), quota + quota / 10)
            : BackendOptions.DEFAULT.initialMapBytes();
    var options =
        new BackendOptions(
            storage.batchInterval(),
            storage.batchLimit(),
            batchLimitBytes(),
            mapBytes,
            storage.noFsync(),
            storage.lockMemory(),
            true,
            attempts -> waitForLock(file, attempts, log));
    Backend backend = open(setting, file, options);
    boltLog.atInfo().log("Opening bbolt db (" + file + ") successfully");
    log.atInfo()
        .addKeyValue("path", file)
        .addKeyValue("took", GoDuration.format(clock.nanos() - start))
        .log("opened backend db");
    BootDefragmentation.runIfWorthwhile(backend, storage.defragThresholdMegabytes(), clock, log);
    log.atInfo().addKeyValue("index", backend.appliedIndex()).log("restore consistentIndex");
    return backend;
  }

  private static Backend open(Setting setting, Path file, BackendOptions options) {
    try {
      return Backend.open(
          setting.disk(),
          file,
          options,
          setting.clock(),
          setting.failpoints(),
          setting.log(),
          setting.metrics().backend());
    } catch (DiskException e) {
      throw new UnopenableDatabaseException(e);
    }
  }

  /** Less than usual where the heap is small: it is there for more than buffers. */
  private static long batchLimitBytes() {
    return Math.min(
        BackendOptions.DEFAULT.batchLimitBytes(),
        Runtime.getRuntime().maxMemory() / BATCHES_PER_HEAP);
  }

  /** The lock is another process's: wait for it as long as it takes, as the original does. */
  private static boolean waitForLock(Path file, int attempts, Logger log) {
    if (attempts == LOCK_WARNING_ATTEMPTS) {
      log.atInfo()
          .addKeyValue("path", file)
          .addKeyValue("took", "10s")
          .log("db file is flocked by another process, or taking too long");
    }
    LockSupport.parkNanos(LOCK_RETRY_NANOS);
    return true;
  }
}
