package io.quorate.io.os;

import io.quorate.io.DiskException;
import io.quorate.io.DiskFile;
import java.io.IOException;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.Set;
import java.util.function.IntUnaryOperator;
import org.jspecify.annotations.Nullable;

/**
 * One open file: reads and writes go through a {@link FileChannel}, whose descriptor number the JDK
 * keeps to itself; locks, mappings and preallocation through a second descriptor, opened when the
 * first of them is asked for.
 */
final class OsDiskFile implements DiskFile {
  private final String path;
  private final boolean writable;
  private final FileChannel original;

  /** Takes the lock on a descriptor; answers as {@link Posix#lockOpenFileDescription}. */
  private final IntUnaryOperator ofdLock;

  /** What reads and writes use: {@link #original}, or from {@link #descriptor()} on its twin. */
  private volatile FileChannel channel;

  private volatile @Nullable DiskException poison;

  /** Below zero: not open. Guarded by {@code this}. */
  private int descriptor = -1;

  /** Guarded by {@code this}. */
  private boolean closed;

  OsDiskFile(String path, FileChannel channel, boolean writable) {
    this(path, channel, writable, Posix::lockOpenFileDescription);
  }

  OsDiskFile(String path, FileChannel channel, boolean writable, IntUnaryOperator ofdLock) {
    this.path = path;
    this.writable = writable;
    this.ofdLock = ofdLock;
    this.original = channel;
    this.channel = channel;
  }

  @Override
  public int read(ByteBuffer into, long position) {
    throwPoison();
    try {
      return channel.read(into, position);
    } catch (IOException e) {
      throw Errors.of("read", path, e);
    }
  }

  @Override
  public void write(ByteBuffer from, long position) {
    throwPoison();
    requireWritable("write");
    try {
      long at = position;
      while (from.hasRemaining()) {
        at += channel.write(from, at);
      }
    } catch (IOException e) {
      throw poisoned(Errors.of("write", path, e));
    }
  }

  @Override
  public long length() {
    throwPoison();
    try {
      return channel.size();
    } catch (IOException e) {
      throw Errors.of("stat", path, e);
    }
  }

  @Override
  public void truncate(long length) {
    throwPoison();
    requireWritable("truncate");
    try {
      if (length < channel.size()) {
        channel.truncate(length);
      } else {
        extend(length);
      }
    } catch (IOException e) {
      throw poisoned(Errors.of("truncate", path, e));
    }
  }

  /** The JDK can only cut; one zero byte at the new end extends, the rest stays a hole. */
  private void extend(long length) throws IOException {
    if (length > channel.size()) {
      channel.write(ByteBuffer.allocate(1), length - 1);
    }
  }

  @Override
  public void preallocate(long length) {
    throwPoison();
    requireWritable("fallocate");
    if (length <= length()) {
      return;
    }
    int result;
    do {
      result = Posix.fallocate(descriptor(), 0, length);
    } while (result == -Posix.EINTR);
    if (result == -Posix.EOPNOTSUPP || result == -Posix.ENOSYS) {
      try {
        extend(length);
      } catch (IOException e) {
        throw Errors.of("truncate", path, e);
      }
    } else if (result < 0) {
      // Nothing was written, no promise is broken: the file is not poisoned.
      throw Errors.of("fallocate", path, -result);
    }
  }

  @Override
  public void dataSync() {
    force(false, "fdatasync");
  }

  @Override
  public void sync() {
    force(true, "sync");
  }

  private void force(boolean metadata, String operation) {
    throwPoison();
    try {
      channel.force(metadata);
    } catch (IOException e) {
      throw poisoned(Errors.of(operation, path, e));
    }
  }

  @Override
  public boolean tryFlock(boolean exclusive) {
    throwPoison();
    int operation = (exclusive ? Posix.LOCK_EX : Posix.LOCK_SH) | Posix.LOCK_NB;
    int result;
    do {
      result = Posix.flock(descriptor(), operation);
    } while (result == -Posix.EINTR);
    if (result == -Posix.EAGAIN) {
      return false;
    }
    if (result < 0) {
      throw Errors.of("flock", path, -result);
    }
    return true;
  }

  @Override
  public boolean tryOfdLock() {
    throwPoison();
    int result;
    do {
      result = ofdLock.applyAsInt(descriptor());
    } while (result == -Posix.EINTR);
    if (result == -Posix.EINVAL || result == -Posix.ENOSYS) {
      return tryFlock(true); // a kernel before 3.15, or one that only looks like Linux
    }
    if (result == -Posix.EAGAIN || result == -Posix.EACCES) {
      return false;
    }
    if (result < 0) {
      throw Errors.of("fcntl", path, -result);
    }
    return true;
  }

  @Override
  public MemorySegment map(long length) {
    throwPoison();
    long address = Posix.mmap(descriptor(), length);
    if (address < 0) {
      throw Errors.of("mmap", path, (int) -address);
    }
    return MemorySegment.ofAddress(address).reinterpret(length);
  }

  @Override
  public void unmap(MemorySegment mapping) {
    int result = Posix.munmap(mapping.address(), mapping.byteSize());
    if (result < 0) {
      throw Errors.of("munmap", path, -result);
    }
  }

  @Override
  public void lockInMemory(MemorySegment mapping, long length) {
    int result = Posix.mlock(mapping.address(), length);
    if (result < 0) {
      throw Errors.of("mlock", path, -result);
    }
  }

  @Override
  public synchronized void close() {
    if (closed) {
      return;
    }
    closed = true;
    try {
      original.close();
      channel.close();
    } catch (IOException e) {
      throw Errors.of("close", path, e);
    } finally {
      if (descriptor >= 0) {
        Posix.close(descriptor); // an flock or open-file-description lock ends here
        descriptor = -1;
      }
    }
  }

  /**
   * The second descriptor. A rename between the two opens could make it another file; so the
   * channel is opened again through it, and both are one inode for certain. The first channel stays
   * open until {@link #close()}, for a reader may be inside.
   */
  private synchronized int descriptor() {
    if (closed) {
      throw Errors.of("use", path, 9);
    }
    if (descriptor >= 0) {
      return descriptor;
    }
    int fd;
    do {
      fd = Posix.open(path, writable ? Posix.O_RDWR : Posix.O_RDONLY);
    } while (fd == -Posix.EINTR);
    if (fd < 0) {
      throw Errors.of("open", path, -fd);
    }
    try {
      channel =
          FileChannel.open(
              Path.of("/proc/self/fd/" + fd),
              writable
                  ? Set.of(StandardOpenOption.READ, StandardOpenOption.WRITE)
                  : Set.of(StandardOpenOption.READ));
    } catch (IOException e) {
      Posix.close(fd);
      throw Errors.of("open", path, e);
    }
    descriptor = fd;
    return fd;
  }

  private void requireWritable(String operation) {
    if (!writable) {
      throw Errors.of(operation, path, 9);
    }
  }

  private void throwPoison() {
    DiskException failure = poison;
    if (failure != null) {
      throw failure;
    }
  }

  private DiskException poisoned(DiskException failure) {
    poison = failure;
    return failure;
  }
}
