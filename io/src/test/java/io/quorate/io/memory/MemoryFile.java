package io.quorate.io.memory;

import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** One open file of a {@link MemoryDisk}; its lock is the disk's. */
final class MemoryFile implements DiskFile {
  private static final int MAPPING_LIMIT_BYTES = 1 << 30;

  private final MemoryDisk disk;
  private final Node.Content content;
  private final Path path;
  private final boolean writable;
  private final Map<MemorySegment, byte[]> mappings = new IdentityHashMap<>();
  private @Nullable DiskException poison;
  private boolean closed;

  MemoryFile(MemoryDisk disk, Node.Content content, Path path, boolean writable) {
    this.disk = disk;
    this.content = content;
    this.path = path;
    this.writable = writable;
  }

  @Override
  public int read(ByteBuffer into, long position) {
    synchronized (disk) {
      check("read");
      return content.bytes.read(into, position);
    }
  }

  @Override
  public void write(ByteBuffer from, long position) {
    byte[] bytes = new byte[from.remaining()];
    from.get(bytes);
    change(
        Operation.Kind.WRITE,
        () -> content.write(bytes, position),
        // A failing write may have stored a first part, up to the end of a sector.
        () -> {
          long end = position + disk.random().nextInt(bytes.length + 1);
          long part = end / Node.Change.SECTOR_BYTES * Node.Change.SECTOR_BYTES - position;
          if (part > 0) {
            content.write(Arrays.copyOf(bytes, (int) part), position);
          }
        });
  }

  @Override
  public long length() {
    synchronized (disk) {
      check("stat");
      return content.bytes.length();
    }
  }

  @Override
  public void truncate(long length) {
    change(Operation.Kind.TRUNCATE, () -> content.setLength(length), () -> {});
  }

  @Override
  public void preallocate(long length) {
    synchronized (disk) {
      check("fallocate");
      requireWritable();
      // A full disk here is no broken promise: nothing was written, so nothing is poisoned.
      disk.operation(Operation.Kind.PREALLOCATE, path);
      if (content.bytes.length() < length) {
        content.setLength(length);
      }
      disk.afterOperation(Operation.Kind.PREALLOCATE, path);
    }
  }

  @Override
  public void dataSync() {
    change(Operation.Kind.DATA_SYNC, content::sync, () -> content.tear(disk.random()));
  }

  @Override
  public void sync() {
    change(Operation.Kind.SYNC, content::sync, () -> content.tear(disk.random()));
  }

  private void change(Operation.Kind kind, Runnable whole, Runnable failed) {
    synchronized (disk) {
      check(kind.name());
      requireWritable();
      try {
        disk.operation(kind, path);
      } catch (DiskException e) {
        failed.run();
        poison = e;
        throw e;
      }
      whole.run();
      disk.afterOperation(kind, path);
    }
  }

  @Override
  public boolean tryFlock(boolean exclusive) {
    synchronized (disk) {
      check("flock");
      boolean othersShare = content.flockShared.stream().anyMatch(file -> file != this);
      boolean otherExcludes = content.flockExclusive != null && content.flockExclusive != this;
      if (otherExcludes || (exclusive && othersShare)) {
        return false;
      }
      content.flockShared.remove(this);
      content.flockExclusive = exclusive ? this : null;
      if (!exclusive) {
        content.flockShared.add(this);
      }
      return true;
    }
  }

  @Override
  public boolean tryOfdLock() {
    synchronized (disk) {
      check("fcntl");
      if (content.ofdLock != null && content.ofdLock != this) {
        return false;
      }
      content.ofdLock = this;
      return true;
    }
  }

  @Override
  public MemorySegment map(long length) {
    synchronized (disk) {
      check("mmap");
      if (length > MAPPING_LIMIT_BYTES) {
        throw new IllegalArgumentException(
            "a disk in memory maps arrays: at most "
                + MAPPING_LIMIT_BYTES
                + " bytes, not "
                + length);
      }
      byte[] array = new byte[(int) length];
      content.bytes.read(ByteBuffer.wrap(array), 0);
      MemorySegment mapping = MemorySegment.ofArray(array).asReadOnly();
      content.mappings.add(array);
      mappings.put(mapping, array);
      return mapping;
    }
  }

  @Override
  public void unmap(MemorySegment mapping) {
    synchronized (disk) {
      byte[] array = mappings.remove(mapping);
      if (array == null) {
        throw new AssertionError("not a live mapping of " + path);
      }
      content.mappings.removeIf(other -> other == array);
    }
  }

  @Override
  public void lockInMemory(MemorySegment mapping, long length) {
    if (length > mapping.byteSize()) {
      throw new DiskException("mlock", path.toString(), "cannot allocate memory", 12);
    }
  }

  @Override
  public void close() {
    synchronized (disk) {
      if (closed) {
        return;
      }
      closed = true;
      content.flockShared.remove(this);
      if (content.flockExclusive == this) {
        content.flockExclusive = null;
      }
      if (content.ofdLock == this) {
        content.ofdLock = null;
      }
      disk.closed(this);
    }
  }

  private void requireWritable() {
    if (!writable) {
      throw new DiskException("write", path.toString(), "bad file descriptor", 9);
    }
  }

  private void check(String call) {
    disk.requirePower(call + " " + path);
    if (closed) {
      throw new DiskException(call, path.toString(), "file already closed", 9);
    }
    if (poison != null) {
      throw poison;
    }
  }

  @Override
  public String toString() {
    return path.toString();
  }
}
