package io.quorate.node.recovery;

import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * Where everything of a member lies.
 *
 * <pre>
 *   DATA/member/snap/   db, *.snap, *.snap.db
 *   DATA/member/wal/    segments, unless --wal-dir names another place
 * </pre>
 */
public final class DataDirectory {
  private static final int OWNER_ONLY = 0700;

  private final Disk disk;
  private final Path data;
  private final Optional<Path> dedicatedWal;
  private final Logger log;

  /**
   * @param data {@code --data-dir}
   * @param dedicatedWal {@code --wal-dir}, if it is given
   */
  public DataDirectory(Disk disk, Path data, Optional<Path> dedicatedWal, Logger log) {
    this.disk = disk;
    this.data = data;
    this.dedicatedWal = dedicatedWal;
    this.log = log;
  }

  public Path data() {
    return data;
  }

  public Path member() {
    return data.resolve("member");
  }

  public Path snap() {
    return member().resolve("snap");
  }

  public Path wal() {
    return dedicatedWal.orElse(member().resolve("wal"));
  }

  public Path database() {
    return snap().resolve("db");
  }

  /** Whether a member has been here before. */
  public boolean isInitialized() {
    return disk.isDirectory(data) && disk.exists(member());
  }

  /** Whose directory it is, by what lies at its top. */
  public enum Kind {
    EMPTY,
    MEMBER,
    /** Of etcd 2; no longer served. */
    PROXY;

    /** As log lines say it. */
    public String text() {
      return name().toLowerCase(Locale.ROOT);
    }
  }

  /**
   * Tells whose directory it is, and names what does not belong at its top. A directory that is
   * missing is empty.
   *
   * @throws DiskException if it cannot be listed
   * @throws CannotStartException if both a member and a proxy of etcd 2 have been here
   */
  public Kind inspect() {
    Kind kind = Kind.EMPTY;
    for (String name : namesAtTop()) {
      Kind found =
          switch (name) {
            case "member" -> Kind.MEMBER;
            case "proxy" -> Kind.PROXY;
            default -> Kind.EMPTY;
          };
      if (found == Kind.EMPTY) {
        log.atWarn()
            .addKeyValue("filename", name)
            .addKeyValue("data-dir", data)
            .log("found invalid file under data directory");
      } else if (kind == Kind.EMPTY) {
        kind = found;
      } else {
        throw CannotStartException.fatal(
            "invalid datadir; both member and proxy directories exist", "", null);
      }
    }
    return kind;
  }

  private List<String> namesAtTop() {
    try {
      return disk.list(data);
    } catch (DiskException e) {
      if (e.isNotFound()) {
        return List.of();
      }
      throw e;
    }
  }

  /**
   * Makes the folders that are missing and tests that they can be written to.
   *
   * @throws CannotStartException if not
   */
  public void prepare() {
    touch(data, "cannot access data directory: ");
    touch(member(), "cannot access member directory: ");
    try {
      if (disk.isDirectory(snap())) {
        warnOfPermissions(snap());
      }
      disk.createDirectories(snap());
      // The names of new folders are certain before a log or a database lives in them.
      disk.syncDirectory(member());
      disk.syncDirectory(data);
      Path parent = data.toAbsolutePath().getParent();
      if (parent != null) {
        disk.syncDirectory(parent);
      }
    } catch (DiskException e) {
      throw CannotStartException.fatal(
          "failed to create snapshot directory", String.valueOf(e.getMessage()), e);
    }
  }

  /** Tests that a log that is there can be written on. */
  void requireWritableLog() {
    requireWritable(member(), "cannot write to member directory: ");
    requireWritable(wal(), "cannot write to WAL directory: ");
  }

  private void touch(Path directory, String problem) {
    try {
      if (disk.isDirectory(directory)) {
        warnOfPermissions(directory);
      } else {
        disk.createDirectories(directory);
      }
    } catch (DiskException e) {
      throw CannotStartException.bootstrap(problem + e.getMessage(), e);
    }
    requireWritable(directory, problem);
  }

  private void requireWritable(Path directory, String problem) {
    Path probe = directory.resolve(".touch");
    try {
      disk.open(probe, Disk.Mode.TRUNCATE).close();
      disk.delete(probe);
    } catch (DiskException e) {
      throw CannotStartException.bootstrap(problem + e.getMessage(), e);
    }
  }

  private void warnOfPermissions(Path directory) {
    int permissions = disk.permissions(directory) & 0777;
    if (permissions != OWNER_ONLY) {
      log.atWarn()
          .addKeyValue(
              "error",
              "directory \"%s\" exist, but the permission is \"d%s\". The recommended permission is \"-rwx------\" to prevent possible unprivileged access to the data"
                  .formatted(directory, letters(permissions)))
          .log("check file permission");
    }
  }

  /** For example {@code rwxr-x---}. */
  private static String letters(int permissions) {
    StringBuilder text = new StringBuilder("rwxrwxrwx");
    for (int i = 0; i < 9; i++) {
      if ((permissions & 0400 >> i) == 0) {
        text.setCharAt(i, '-');
      }
    }
    return text.toString();
  }
}
