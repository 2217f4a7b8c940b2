package io.quorate.wal;

import io.quorate.io.Clock;
import io.quorate.io.Disk;
import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import io.quorate.io.Failpoints;
import io.quorate.raft.codec.HardStateCodec;
import io.quorate.raft.codec.MalformedException;
import io.quorate.raft.message.HardState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.slf4j.Logger;

/**
 * The folder {@code member/wal}: whether there is a log, making one, opening it, mending its end.
 * One thread at a time.
 */
public final class WalDirectory {
  private static final DateTimeFormatter BROKEN_STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd.HHmmss.SSSSSS", Locale.ROOT).withZone(ZoneOffset.UTC);

  final Disk disk;
  final Path path;
  final WalOptions options;
  final Clock clock;
  final Failpoints failpoints;
  final WalListener listener;
  final Logger log;

  public WalDirectory(
      Disk disk,
      Path path,
      WalOptions options,
      Clock clock,
      Failpoints failpoints,
      WalListener listener,
      Logger log) {
    this.disk = disk;
    this.path = path;
    this.options = options;
    this.clock = clock;
    this.failpoints = failpoints;
    this.listener = listener;
    this.log = log;
  }

  public Path path() {
    return path;
  }

  /** Whether the folder holds a file whose name ends in {@code .wal}. */
  public boolean hasLog() {
    return disk.isDirectory(path)
        && disk.list(path).stream().anyMatch(name -> name.endsWith(SegmentName.SUFFIX));
  }

  /**
   * Makes a new log, open for appending after {@link WalSnapshot#START}. It is made under another
   * name, so that the folder holds a whole log or none.
   *
   * @throws WalException.AlreadyExists if there is one
   */
  public Wal create(WalMetadata metadata) {
    if (hasLog()) {
      throw new WalException.AlreadyExists();
    }
    Path temporary = path.resolveSibling(path.getFileName() + ".tmp");
    deleteTree(temporary);
    disk.createDirectories(temporary);
    DiskFile file = disk.open(temporary.resolve(SegmentName.FIRST.toString()), Disk.Mode.CREATE);
    boolean renamed = false;
    try {
      if (!file.tryOfdLock()) {
        throw new WalException.Locked("fileutil: file already locked");
      }
      file.preallocate(options.segmentBytes());
      Wal wal =
          new Wal(
              this,
              List.of(new HeldSegment(SegmentName.FIRST, file)),
              new RecordWriter(file, 0, 0, clock, listener),
              metadata.encode(),
              0);
      wal.writeHead();
      wal.saveSnapshot(WalSnapshot.START);
      // Beyond the original: the name of the segment is durable before that of the folder.
      disk.syncDirectory(temporary);
      deleteTree(path);
      disk.rename(temporary, path);
      renamed = true;
      disk.syncDirectory(parent());
      return wal;
    } catch (DiskException | WalException e) {
      file.close();
      if (renamed) {
        setAside(e);
      }
      throw e;
    }
  }

  private Path parent() {
    Path parent = path.toAbsolutePath().getParent();
    return parent == null ? path.toAbsolutePath() : parent;
  }

  private void setAside(RuntimeException reason) {
    String stamp = BROKEN_STAMP.format(Instant.ofEpochMilli(clock.epochMillis()));
    try {
      disk.rename(path, path.resolveSibling(path.getFileName() + ".broken." + stamp));
    } catch (DiskException e) {
      reason.addSuppressed(e);
    }
  }

  /** A symbolic link is deleted itself; what it leads to is not ours. */
  private void deleteTree(Path doomed) {
    if (disk.isDirectory(doomed) && !disk.isSymbolicLink(doomed)) {
      disk.list(doomed).forEach(name -> deleteTree(doomed.resolve(name)));
    }
    disk.delete(doomed);
  }

  /**
   * Locks the segments from the one on that holds what follows {@code from}; nothing is read yet.
   *
   * @throws WalException.NotFound if they are missing or not in sequence
   * @throws WalException.Locked if another process has one of them
   */
  public OpenLog openForWrite(WalSnapshot from) {
    return open(from, true, "openAtIndex failed: [openAtIndex] ");
  }

  /** As {@link #openForWrite}, without locks; the log can be read only. */
  public OpenLog openForRead(WalSnapshot from) {
    return open(from, false, "[openAtIndex] ");
  }

  private OpenLog open(WalSnapshot from, boolean writable, String prefix) {
    List<SegmentName> names = segmentNames();
    if (names.isEmpty()) {
      throw new WalException.NotFound(prefix + "readWALNames failed: wal: file not found");
    }
    int first = names.size() - 1;
    while (first >= 0 && Long.compareUnsigned(names.get(first).firstIndex(), from.index()) > 0) {
      first--;
    }
    if (first < 0) {
      throw new WalException.NotFound(
          prefix
              + "selectWALFiles failed: wal: file not found which matches the snapshot index '"
              + Long.toUnsignedString(from.index())
              + "'");
    }
    for (int i = first + 1; i < names.size(); i++) {
      long before = names.get(i - 1).sequence();
      // As in the original, a gap right after sequence 0 goes unnoticed here; the checksums tell.
      if (before != 0 && before + 1 != names.get(i).sequence()) {
        throw new WalException.NotFound(
            prefix
                + "selectWALFiles failed: wal: file sequence numbers (starting from "
                + first
                + ") do not increase continuously");
      }
    }
    List<HeldSegment> segments = openAll(names.subList(first, names.size()), writable, prefix);
    return new OpenLog(this, from, writable, segments);
  }

  /** A log that was read and goes on. */
  public record Opened(WalContents contents, Wal wal) {}

  /**
   * Opens the log for writing and reads it from {@code from} on; a torn end is mended, once.
   *
   * @throws WalException.CannotStart if the log is missing, locked, or damaged elsewhere
   */
  public Opened openRepaired(WalSnapshot from) {
    boolean repaired = false;
    while (true) {
      OpenLog open;
      try {
        open = openForWrite(from);
      } catch (WalException e) {
        throw new WalException.CannotStart("failed to open WAL", e);
      }
      WalException torn;
      try (open) {
        WalContents contents = open.readAll();
        return new Opened(contents, open.continueWriting());
      } catch (WalException.UnexpectedEnd e) {
        torn = e;
      } catch (WalException e) {
        throw new WalException.CannotStart("failed to read WAL, cannot be repaired", e);
      }
      if (repaired) {
        throw new WalException.CannotStart("failed to read WAL, cannot be repaired", torn);
      }
      if (!repair()) {
        throw new WalException.CannotStart("failed to repair WAL", torn);
      }
      log.atInfo().addKeyValue("error", torn.getMessage()).log("repaired WAL");
      repaired = true;
    }
  }

  private List<HeldSegment> openAll(List<SegmentName> names, boolean lock, String prefix) {
    List<HeldSegment> segments = new ArrayList<>();
    try {
      for (SegmentName name : names) {
        DiskFile file =
            disk.open(path.resolve(name.toString()), lock ? Disk.Mode.WRITE : Disk.Mode.READ);
        segments.add(new HeldSegment(name, file));
        if (lock && !file.tryOfdLock()) {
          throw new WalException.Locked(
              prefix
                  + "openWALFiles failed: [openWALFiles] fileutil.TryLockFile failed: "
                  + "fileutil: file already locked");
        }
      }
      return segments;
    } catch (DiskException | WalException e) {
      segments.forEach(segment -> segment.file().close());
      throw e;
    }
  }

  /** The segments in order; other files are named in a warning. */
  private List<SegmentName> segmentNames() {
    List<SegmentName> names = new ArrayList<>();
    for (String name : disk.list(path)) {
      Optional<SegmentName> segment = SegmentName.parse(name);
      if (segment.isPresent()) {
        names.add(segment.get());
      } else if (!name.endsWith(".tmp")) {
        log.atWarn().addKeyValue("path", name).log("ignored file in WAL directory");
      }
    }
    return names;
  }

  /**
   * The snapshots that the log marks and that are committed in it, oldest first: a .snap file not
   * among them must not be used. Reads all segments, whatever their numbers, up to the first
   * incomplete record.
   *
   * @throws WalException if anything else than the end is wrong
   */
  public List<WalSnapshot> validSnapshots() {
    List<SegmentName> names = segmentNames();
    if (names.isEmpty()) {
      throw new WalException.NotFound("wal: file not found");
    }
    List<HeldSegment> segments = openAll(names, false, "");
    List<WalSnapshot> marked = new ArrayList<>();
    HardState state = HardState.EMPTY;
    try {
      RecordReader reader = new RecordReader(segments.stream().map(WalDirectory::toRead).toList());
      while (reader.next()) {
        if (reader.type() == RecordType.SNAPSHOT) {
          marked.add(WalSnapshot.decode(reader.bytes(), reader.dataAt(), reader.dataLength()));
        } else if (reader.type() == RecordType.STATE) {
          state =
              HardStateCodec.decode(
                  ByteBuffer.wrap(reader.bytes(), reader.dataAt(), reader.dataLength()));
        } else if (reader.type() == RecordType.CRC && !reader.reseed()) {
          throw new WalException.Malformed("walpb: crc mismatch");
        }
      }
    } catch (WalException.UnexpectedEnd e) {
      // What stands before it counts; opening the log for writing will say so.
    } catch (MalformedException e) {
      throw new WalException.Malformed(String.valueOf(e.getMessage()));
    } finally {
      segments.forEach(segment -> segment.file().close());
    }
    long commit = state.commit();
    marked.removeIf(snapshot -> Long.compareUnsigned(snapshot.index(), commit) > 0);
    return List.copyOf(marked);
  }

  static RecordReader.Segment toRead(HeldSegment held) {
    return new RecordReader.Segment(held.file(), held.name().toString());
  }

  /** Reads all from {@code from} on, as {@code openForRead(from).readAll()}, keeping nothing. */
  public HardState verify(WalSnapshot from) {
    try (OpenLog open = openForRead(from)) {
      return open.verify();
    }
  }

  /**
   * Cuts an incomplete record off the end of the last segment, which is first copied to {@code
   * NAME.broken}. Call it after {@link WalException.UnexpectedEnd}, with nothing open.
   *
   * @return whether the last segment reads to a clean end now
   */
  public boolean repair() {
    List<SegmentName> names = segmentNames();
    if (names.isEmpty()) {
      return false;
    }
    SegmentName name = names.getLast();
    Path last = path.resolve(name.toString());
    try (DiskFile file = disk.open(last, Disk.Mode.WRITE)) {
      if (!file.tryOfdLock()) {
        return false;
      }
      log.atInfo().addKeyValue("path", last).log("repairing");
      RecordReader reader =
          new RecordReader(List.of(new RecordReader.Segment(file, name.toString())));
      try {
        while (reader.next()) {
          if (reader.type() == RecordType.CRC && !reader.reseed()) {
            return false;
          }
        }
        log.atInfo().addKeyValue("path", last).addKeyValue("error", "EOF").log("repaired");
        return true;
      } catch (WalException.UnexpectedEnd e) {
        cutOff(file, last, reader.validOffset());
        log.atInfo()
            .addKeyValue("path", last)
            .addKeyValue("error", "unexpected EOF")
            .log("repaired");
        return true;
      }
    } catch (WalException.Malformed | DiskException e) {
      log.atWarn()
          .addKeyValue("path", last)
          .addKeyValue("error", e.getMessage())
          .log("failed to repair");
      return false;
    }
  }

  private void cutOff(DiskFile file, Path last, long validOffset) {
    Path broken = last.resolveSibling(last.getFileName() + ".broken");
    try (DiskFile copy = disk.open(broken, Disk.Mode.TRUNCATE)) {
      long length = file.length();
      ByteBuffer piece = ByteBuffer.allocate(1 << 18);
      for (long position = 0; position < length; position += piece.limit()) {
        piece.clear();
        file.read(piece, position);
        copy.write(piece.flip(), position);
      }
    }
    file.truncate(validOffset);
    if (!options.unsafeNoFsync()) {
      file.sync();
    }
  }

  /**
   * Deletes the oldest segments while more than {@code keep} remain, up to the first that is
   * locked, in this process or another.
   *
   * @param keep 0 keeps all
   */
  public void purge(int keep) {
    if (keep == 0) {
      return;
    }
    List<String> names =
        disk.list(path).stream().filter(name -> name.endsWith(SegmentName.SUFFIX)).toList();
    for (int i = 0; i < names.size() - keep; i++) {
      Path oldest = path.resolve(names.get(i));
      try (DiskFile file = disk.open(oldest, Disk.Mode.WRITE)) {
        if (!file.tryOfdLock()) {
          log.atWarn()
              .addKeyValue("path", oldest)
              .addKeyValue("error", "fileutil: file already locked")
              .log("failed to lock file");
          return;
        }
        disk.delete(oldest);
      }
      log.atInfo().addKeyValue("path", oldest).log("purged");
    }
  }
}
