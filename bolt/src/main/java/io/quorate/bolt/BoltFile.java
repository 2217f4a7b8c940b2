package io.quorate.bolt;

import io.quorate.bolt.check.Check;
import io.quorate.bolt.freelist.FreePages;
import io.quorate.bolt.freelist.FreelistPage;
import io.quorate.bolt.freelist.WaitingPages;
import io.quorate.bolt.freelist.WrittenBy;
import io.quorate.bolt.page.Meta;
import io.quorate.bolt.page.Pages;
import io.quorate.io.Disk;
import io.quorate.io.DiskFile;
import io.quorate.io.Failpoints;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * An open database file. Read transactions may be begun and closed on any thread, any number at a
 * time; they never wait. Write transactions belong to one thread, one at a time.
 *
 * <p>Failures of the disk reach the caller as {@link io.quorate.io.DiskException}s; after a failed
 * write or sync the {@link DiskFile} is poisoned and so is this. An {@link InternalError} while
 * reading means the same: the machine could not read a mapped page.
 */
public final class BoltFile implements AutoCloseable {
  static final int SMALLEST_PAGE_BYTES = 1024;
  static final int LARGEST_PAGE_BYTES = 1 << 24;

  private final Path path;
  private final DiskFile file;
  private final BoltOptions options;
  private final Faults faults;
  private final BoltListener listener;

  /** The last committed state. Written by the writer's thread. */
  private volatile Version current;

  private volatile boolean closed;

  /** Former states, ascending, that may still be read. Guarded by {@code this}. */
  private final List<Version> former = new ArrayList<>();

  /** Guarded by {@code this}. */
  private boolean finished;

  // Of the writer's thread:
  private final FreePages free = new FreePages();
  private final WaitingPages waiting = new WaitingPages();
  private final WrittenBy writtenBy = new WrittenBy();
  private @Nullable PageWriter pageWriter;
  private boolean writing;

  /** Pages that are free, as of the last begin or end of a write transaction. */
  private volatile long freePageCount;

  private BoltFile(
      Path path,
      DiskFile file,
      BoltOptions options,
      Faults faults,
      BoltListener listener,
      Version current) {
    this.path = path;
    this.file = file;
    this.options = options;
    this.faults = faults;
    this.listener = listener;
    this.current = current;
  }

  /**
   * Opens {@code path}, creating it where it is missing or empty (unless read-only), and takes its
   * lock: exclusive, or shared for read-only.
   *
   * @throws BoltException.Locked if another process has it and {@code options} say not to wait
   * @throws BoltException if the file is no sound database
   * @throws io.quorate.io.DiskException if the disk fails
   */
  public static BoltFile open(
      Disk disk, Path path, BoltOptions options, Failpoints failpoints, BoltListener listener) {
    Faults faults = Faults.of(failpoints);
    DiskFile file = disk.open(path, options.readOnly() ? Disk.Mode.READ : Disk.Mode.CREATE);
    try {
      for (int attempts = 1; !file.tryFlock(!options.readOnly()); attempts++) {
        if (!options.lockWait().again(attempts)) {
          throw new BoltException.Locked();
        }
      }
      Opening opening = Opening.of(file, options);
      MemorySegment mapping = map(file, opening.mapBytes(), opening.lengthBytes(), options, faults);
      BoltFile bolt =
          new BoltFile(
              path,
              file,
              options,
              faults,
              listener,
              new Version(opening.meta(), mapping, opening.lengthBytes()));
      bolt.load();
      return bolt;
    } catch (Throwable e) {
      file.close();
      throw e;
    }
  }

  private static MemorySegment map(
      DiskFile file, long bytes, long fileLength, BoltOptions options, Faults faults) {
    Faults.fire(faults.mapError());
    MemorySegment mapping = file.map(bytes);
    if (options.lockInMemory()) {
      file.lockInMemory(mapping, Math.min(bytes, fileLength));
    }
    return mapping;
  }

  /** Finds out which pages are free; a writer needs to know, and to know the tree is sound. */
  private void load() {
    if (options.readOnly()) {
      return;
    }
    try {
      Version version = current;
      long[] ids = freeIds(version);
      for (int i = 0; i < ids.length; ) {
        int run = i + 1;
        while (run < ids.length && ids[run] == ids[run - 1] + 1) {
          run++;
        }
        free.add(ids[i], run - i);
        i = run;
      }
      freePageCount = free.size();
      if (options.freelistSync() && !version.meta.hasFreelist()) {
        beginWrite().commit();
      }
    } catch (Throwable e) {
      unmap(current.mapping);
      throw e;
    }
  }

  /**
   * The free pages of {@code version}, from its list or, if it has none, by a scan. A list is held
   * against a scan: whoever wrote over a page that the tree needs would lose data.
   */
  private static long[] freeIds(Version version) {
    Meta meta = version.meta;
    if (!meta.hasFreelist()) {
      return unreachable(Check.reachable(version.pages, meta), meta.highWaterMark());
    }
    long[] ids = FreelistPage.read(version.pages, meta.freelist());
    BitSet reachable = Check.reachable(version.pages, meta);
    BitSet seen = new BitSet();
    for (long id : ids) {
      if (id < 2 || id >= meta.highWaterMark()) {
        throw new BoltException.Corrupt(
            "page " + Long.toUnsignedString(id) + ": out of bounds: " + meta.highWaterMark());
      }
      if (seen.get((int) id)) {
        throw new BoltException.Corrupt("page " + id + ": already freed");
      }
      if (reachable.get((int) id)) {
        throw new BoltException.Corrupt("page " + id + ": reachable freed");
      }
      seen.set((int) id);
    }
    return ids;
  }

  private static long[] unreachable(BitSet reachable, long highWaterMark) {
    reachable.flip(2, (int) highWaterMark);
    reachable.clear(0, 2);
    return reachable.stream().limit(highWaterMark).asLongStream().toArray();
  }

  public Path path() {
    return path;
  }

  public int pageSizeBytes() {
    return current.meta.pageSize();
  }

  /** High-water mark × page size of the last committed state. Not the length of the file. */
  public long sizeBytes() {
    Meta meta = current.meta;
    return meta.highWaterMark() * meta.pageSize();
  }

  /** {@link #sizeBytes} without free pages; pages that wait for readers count as used. */
  public long sizeInUseBytes() {
    Meta meta = current.meta;
    return (meta.highWaterMark() - freePageCount) * meta.pageSize();
  }

  /** Any thread; never waits. */
  public ReadTransaction beginRead() {
    while (true) {
      Version version = current;
      if (closed) {
        throw new BoltException.NotOpen();
      }
      if (version.retain()) {
        return new ReadTransaction(this, version);
      }
    }
  }

  /** The writer's thread; the previous write transaction must have ended. */
  public WriteTransaction beginWrite() {
    if (closed) {
      throw new BoltException.NotOpen();
    }
    if (options.readOnly()) {
      throw new BoltException.ReadOnly();
    }
    if (writing) {
      throw new AssertionError("the previous write transaction has not ended");
    }
    settle();
    Version base = current;
    if (!base.retain()) {
      throw new AssertionError("the current state is dead");
    }
    writing = true;
    return new WriteTransaction(this, base);
  }

  /**
   * Counts the pages as free that wait for no reader any more; else the next write does. The
   * writer's thread, between two write transactions.
   *
   * @return whether no page is left that waits
   */
  public boolean settle() {
    waiting.release(bury(), free);
    freePageCount = free.size();
    return waiting.size() == 0;
  }

  /**
   * Verifies the last committed state; see {@link Check}. The writer's thread, or any if read-only.
   *
   * @return bbolt's findings, none if all is well
   * @throws BoltException.Corrupt where bbolt would panic
   */
  public List<String> check() {
    List<String> findings = new ArrayList<>();
    try (ReadTransaction transaction = beginRead()) {
      Meta meta = transaction.meta();
      Pages pages = transaction.pages();
      long[] ids;
      if (!options.readOnly()) {
        ids = new long[(int) (free.size() + waiting.size())];
        waiting.copyTo(ids, free.copyTo(ids, 0));
      } else if (meta.hasFreelist()) {
        ids = FreelistPage.read(pages, meta.freelist());
      } else {
        ids = unreachable(Check.reachable(pages, meta), meta.highWaterMark());
      }
      Check.run(pages, meta, ids, findings::add);
    }
    return findings;
  }

  /**
   * Closes the file to new transactions. Pages stay readable for those that are open; when the last
   * of them is closed, mapping, lock and descriptor go too. The writer's thread.
   */
  @Override
  public void close() {
    if (writing) {
      throw new AssertionError("closed during a write transaction");
    }
    closed = true;
    bury();
  }

  /** A transaction has ended. Any thread. */
  void release(Version version) {
    version.release();
    if (closed) {
      bury();
    }
  }

  /**
   * Declares former states dead that nobody reads, and unmaps what only they needed.
   *
   * @return the ids of those that are read, ascending
   */
  private synchronized long[] bury() {
    Set<MemorySegment> suspects = new HashSet<>();
    for (Iterator<Version> i = former.iterator(); i.hasNext(); ) {
      Version version = i.next();
      if (version.die()) {
        i.remove();
        suspects.add(version.mapping);
      }
    }
    boolean last = closed && former.isEmpty() && current.die();
    for (MemorySegment suspect : suspects) {
      if (!suspect.equals(current.mapping)
          && former.stream().noneMatch(version -> version.mapping.equals(suspect))) {
        unmap(suspect);
      }
    }
    if (last && !finished) {
      finished = true;
      unmap(current.mapping);
      file.close();
    }
    return former.stream().mapToLong(version -> version.meta.transaction()).toArray();
  }

  private void unmap(MemorySegment mapping) {
    Faults.fire(faults.unmapError());
    file.unmap(mapping);
  }

  // What follows serves the write transaction.

  FreePages free() {
    return free;
  }

  WaitingPages waiting() {
    return waiting;
  }

  WrittenBy writtenBy() {
    return writtenBy;
  }

  DiskFile file() {
    return file;
  }

  BoltOptions options() {
    return options;
  }

  Faults faults() {
    return faults;
  }

  BoltListener listener() {
    return listener;
  }

  PageWriter pageWriter() {
    PageWriter writer = pageWriter;
    if (writer == null) {
      writer = new PageWriter(file, pageSizeBytes());
      pageWriter = writer;
    }
    return writer;
  }

  /** A mapping for {@code bytes} of a file of {@code fileLength}: the one there is, or a larger. */
  MemorySegment mappingFor(long bytes, long fileLength) {
    Version version = current;
    if (bytes > version.mapping.byteSize()) {
      return map(file, Opening.mapBytes(bytes), fileLength, options, faults);
    }
    if (options.lockInMemory() && fileLength > version.lengthBytes) {
      file.lockInMemory(version.mapping, Math.min(fileLength, version.mapping.byteSize()));
    }
    return version.mapping;
  }

  /** The state {@code next} is durable: whoever begins to read from now on reads it. */
  void publish(Version next) {
    synchronized (this) {
      former.add(current);
      current = next;
    }
  }

  /** The write transaction on {@code base} has ended. */
  void endWrite(Version base) {
    writing = false;
    freePageCount = free.size();
    release(base);
  }

  /** Reads through the descriptor, not the mapping: a rename over the path does no harm. */
  void read(ByteBuffer into, long position) {
    long at = position;
    while (into.hasRemaining()) {
      int count = file.read(into, at);
      if (count <= 0) {
        throw new BoltException.Corrupt("the file ends at " + at + ", before its high-water mark");
      }
      at += count;
    }
  }
}
