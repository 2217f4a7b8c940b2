package io.quorate.io;

import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;

/**
 * One open file. Positional reads may come from any thread; writes, syncs and changes of length
 * belong to one owner thread at a time.
 *
 * <p>After a failed write or sync the file is <em>poisoned</em>: what is on the disk is unknown and
 * asking again would lie, so every later call but {@link #close()} throws the first failure again.
 * No thread that calls this may be interrupted.
 */
public interface DiskFile extends AutoCloseable {
  /** Reads into {@code into} from {@code position}; returns the bytes read, -1 at the end. */
  int read(ByteBuffer into, long position);

  /** Writes all of {@code from} at {@code position}, extending the file where needed. */
  void write(ByteBuffer from, long position);

  /** The current length in bytes. */
  long length();

  /** Cuts or extends (with zeros) to {@code length} bytes. */
  void truncate(long length);

  /**
   * Reserves blocks so that the file is at least {@code length} bytes long: {@code fallocate}, or
   * truncation where the file system has none.
   */
  void preallocate(long length);

  /** Makes content durable, and as much metadata as reading it back needs (fdatasync). */
  void dataSync();

  /** Makes content and all metadata durable (fsync). */
  void sync();

  /**
   * Tries the whole-file advisory lock of {@code flock(2)}, without waiting.
   *
   * @return whether it is held now
   */
  boolean tryFlock(boolean exclusive);

  /**
   * Tries the exclusive open-file-description lock of {@code fcntl(2)}, without waiting; where the
   * system has none, that of {@link #tryFlock}.
   */
  boolean tryOfdLock();

  /**
   * Maps {@code length} bytes from the start, read-only and shared. The mapping may reach beyond
   * the end of the file, but may be read only below it. It lives until {@link #unmap}, beyond
   * {@link #close()}.
   */
  MemorySegment map(long length);

  /** Ends a mapping of this file. The caller knows that no reader is left. */
  void unmap(MemorySegment mapping);

  /** Pins a mapping in memory ({@code mlock}), or throws. */
  void lockInMemory(MemorySegment mapping, long length);

  /** Closes; locks are released. Closing twice is harmless. */
  @Override
  void close();
}
