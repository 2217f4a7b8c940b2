package io.quorate.wal;

import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.codec.SnapshotCodec;
import io.quorate.raft.message.Snapshot;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import org.slf4j.Logger;

/**
 * The folder {@code member/snap}: .snap files, and the databases that came from a leader. One
 * thread at a time.
 *
 * <pre>
 *   %016x-%016x.snap   term, index: snappb.Snapshot{1: crc, 2: raftpb.Snapshot}
 *   %016x.snap.db      index: a database from the leader, to be put in the place of db
 *   tmp*               such a database while it arrives
 *   db.tmp.*           a copy of db that a defragmentation makes
 * </pre>
 */
public final class SnapshotDirectory {
  private static final String SUFFIX = ".snap";
  private static final String DATABASE_SUFFIX = ".snap.db";
  private static final String DEFRAGMENTATION_PREFIX = "db.tmp";
  private static final long SLOW_SYNC_NANOS = 1_000_000_000;

  private final Disk disk;
  private final Path path;
  private final Clock clock;
  private final WalListener listener;
  private final Logger log;

  public SnapshotDirectory(Disk disk, Path path, Clock clock, WalListener listener, Logger log) {
    this.disk = disk;
    this.path = path;
    this.clock = clock;
    this.listener = listener;
    this.log = log;
  }

  public Path path() {
    return path;
  }

  /**
   * Writes {@code snapshot} to its .snap file, durably; one of index 0 is not written. What a
   * failure leaves is deleted.
   */
  public void save(Snapshot snapshot) {
    if (snapshot.isEmpty()) {
      return;
    }
    long start = clock.nanos();
    Path file = path.resolve(name(snapshot));
    byte[] content = encode(snapshot);
    long marshallingNanos = clock.nanos() - start;
    long syncNanos;
    try (DiskFile open = disk.open(file, Disk.Mode.TRUNCATE)) {
      open.write(ByteBuffer.wrap(content), 0);
      long syncStart = clock.nanos();
      open.sync();
      syncNanos = clock.nanos() - syncStart;
    } catch (DiskException e) {
      log.atWarn()
          .addKeyValue("path", file)
          .addKeyValue("error", e.getMessage())
          .log("failed to write a snap file");
      try {
        disk.delete(file);
      } catch (DiskException second) {
        e.addSuppressed(second);
        log.atWarn()
            .addKeyValue("path", file)
            .addKeyValue("error", second.getMessage())
            .log("failed to remove broken snap file");
      }
      throw e;
    }
    // Beyond the original: the name is durable before the log marks the snapshot.
    disk.syncDirectory(path);
    if (syncNanos > SLOW_SYNC_NANOS) {
      log.atWarn()
          .addKeyValue("took", Duration.ofNanos(syncNanos))
          .addKeyValue("expected-duration", Duration.ofNanos(SLOW_SYNC_NANOS))
          .log("slow fsync");
    }
    listener.savedSnapshotFile(marshallingNanos, syncNanos, clock.nanos() - start);
  }

  private static String name(Snapshot snapshot) {
    return SegmentName.hex(snapshot.term()) + "-" + SegmentName.hex(snapshot.index()) + SUFFIX;
  }

  /** The bytes of the .snap file of {@code snapshot}. */
  static byte[] encode(Snapshot snapshot) {
    byte[] data = SnapshotCodec.encode(snapshot);
    long crc = Integer.toUnsignedLong(Crc32c.of(data, 0, data.length));
    byte[] content =
        new byte[1 + Protobuf.size(crc) + 1 + Protobuf.size(data.length) + data.length];
    int at = Protobuf.putField(content, 0, 1, crc);
    at = Protobuf.putLength(content, at, 2, data.length);
    System.arraycopy(data, 0, content, at, data.length);
    return content;
  }

  /**
   * Reads one .snap file.
   *
   * @throws WalException.NoSnapshot if it is empty or damaged
   */
  public Snapshot load(Path file) {
    byte[] content;
    try (DiskFile open = disk.open(file, Disk.Mode.READ)) {
      ByteBuffer buffer = ByteBuffer.allocate(Math.toIntExact(open.length()));
      while (buffer.hasRemaining() && open.read(buffer, buffer.position()) > 0) {
        // Until all of it is there.
      }
      content = buffer.array();
    }
    int crc = 0;
    int dataAt = 0;
    int dataLength = 0;
    try {
      Protobuf.Reader reader = new Protobuf.Reader("Snapshot", content, 0, content.length);
      while (reader.next()) {
        switch (reader.field()) {
          case 1 -> crc = (int) reader.varint("Crc");
          case 2 -> {
            dataAt = reader.bytes("Data");
            dataLength = reader.position() - dataAt;
          }
          default -> reader.skip();
        }
      }
      if (dataLength == 0 || crc == 0) {
        throw damaged(file, "snap: empty snapshot", "failed to read empty snapshot data");
      }
      int computed = Crc32c.of(content, dataAt, dataLength);
      if (computed != crc) {
        log.atWarn()
            .addKeyValue("path", file)
            .addKeyValue("prev-crc", Integer.toUnsignedLong(crc))
            .addKeyValue("new-crc", Integer.toUnsignedLong(computed))
            .log("snap file is corrupt");
        throw new WalException.NoSnapshot("snap: crc mismatch");
      }
      return SnapshotCodec.decode(ByteBuffer.wrap(content, dataAt, dataLength));
    } catch (WalException.Malformed | WalException.UnexpectedEnd | MalformedException e) {
      throw damaged(file, String.valueOf(e.getMessage()), "failed to unmarshal snappb.Snapshot");
    }
  }

  private WalException.NoSnapshot damaged(Path file, String error, String message) {
    log.atWarn().addKeyValue("path", file).addKeyValue("error", error).log(message);
    return new WalException.NoSnapshot(error);
  }

  /**
   * The newest .snap file (by term, then index) that is whole and marked by one of {@code valid};
   * damaged ones on the way are renamed to {@code NAME.broken}. To be called before there is a
   * defragmentation: what an interrupted one left is deleted.
   */
  public Optional<Snapshot> newestOf(List<WalSnapshot> valid) {
    return newest(snapshot -> valid.stream().anyMatch(mark -> mark.marks(snapshot)));
  }

  /** The newest .snap file that is whole; for the rest as {@link #newestOf}. */
  public Optional<Snapshot> newest() {
    return newest(snapshot -> true);
  }

  private Optional<Snapshot> newest(Predicate<Snapshot> accepted) {
    List<String> names = snapshotNames();
    for (String name : names.reversed()) {
      Path file = path.resolve(name);
      try {
        Snapshot snapshot = load(file);
        if (accepted.test(snapshot)) {
          return Optional.of(snapshot);
        }
      } catch (WalException.NoSnapshot e) {
        Path broken = path.resolve(name + ".broken");
        log.atWarn()
            .addKeyValue("path", file)
            .addKeyValue("error", e.getMessage())
            .log("failed to read a snap file");
        disk.rename(file, broken);
        log.atWarn()
            .addKeyValue("path", file)
            .addKeyValue("broken-path", broken)
            .log("renamed to a broken snap file");
      }
    }
    return Optional.empty();
  }

  /** Unknown files are named in a warning; copies that no defragmentation will end are deleted. */
  private List<String> snapshotNames() {
    List<String> all = disk.list(path);
    for (String name : all) {
      if (name.startsWith(DEFRAGMENTATION_PREFIX)) {
        log.atInfo().addKeyValue("path", name).log("found orphaned defragmentation file; deleting");
        disk.delete(path.resolve(name));
      } else if (!name.endsWith(SUFFIX) && !name.equals("db")) {
        log.atWarn().addKeyValue("path", name).log("found unexpected non-snap file; skipping");
      }
    }
    return all.stream().filter(name -> name.endsWith(SUFFIX)).toList();
  }

  /** Where the database that was received for the snapshot at {@code index} lies. */
  public Path databasePath(long index) {
    return path.resolve(SegmentName.hex(index) + DATABASE_SUFFIX);
  }

  /** Deletes received databases for snapshots before {@code index}. */
  public void releaseDatabases(long index) {
    for (String name : disk.list(path)) {
      if (!name.endsWith(DATABASE_SUFFIX)) {
        continue;
      }
      try {
        String hex = name.substring(0, name.length() - DATABASE_SUFFIX.length());
        if (Long.compareUnsigned(Long.parseUnsignedLong(hex, 16), index) < 0) {
          log.atInfo().addKeyValue("path", name).log("found orphaned .snap.db file; deleting");
          disk.delete(path.resolve(name));
        }
      } catch (NumberFormatException e) {
        log.atError()
            .addKeyValue("name", name)
            .addKeyValue("error", e.getMessage())
            .log("failed to parse index from filename");
      }
    }
  }

  /** Deletes the {@code tmp*} files that an interrupted transfer left. */
  public void deleteOrphans() {
    for (String name : disk.list(path)) {
      if (name.startsWith("tmp")) {
        disk.delete(path.resolve(name));
      }
    }
  }

  /**
   * Deletes the oldest .snap files, and the oldest received databases, beyond {@code keep} of each.
   *
   * @param keep 0 keeps all
   */
  public void purge(int keep) {
    if (keep == 0) {
      return;
    }
    purge(keep, SUFFIX);
    purge(keep, DATABASE_SUFFIX);
  }

  private void purge(int keep, String suffix) {
    List<String> names = disk.list(path).stream().filter(name -> name.endsWith(suffix)).toList();
    for (String name : names.subList(0, Math.max(0, names.size() - keep))) {
      disk.delete(path.resolve(name));
      log.atInfo().addKeyValue("path", path.resolve(name)).log("purged");
    }
  }
}
