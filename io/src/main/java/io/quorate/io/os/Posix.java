package io.quorate.io.os;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;
import static java.lang.foreign.ValueLayout.JAVA_SHORT;

import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.invoke.MethodHandle;

/**
 * The calls of Linux that the JDK lacks. Each handle is made at its first use, for the first one
 * costs a cold JVM some 50 ms and each further one 5 ms. Results below zero are {@code -errno}.
 */
final class Posix {
  static final int EINTR = 4;
  static final int EAGAIN = 11;
  static final int EACCES = 13;
  static final int EINVAL = 22;
  static final int ENOSYS = 38;
  static final int EOPNOTSUPP = 95;

  static final int O_RDONLY = 0;
  static final int O_RDWR = 2;
  private static final int O_CLOEXEC = 0x80000;

  static final int LOCK_SH = 1;
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;

  private static final int F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;

  private static final int PROT_READ = 1;
  private static final int MAP_SHARED = 1;
  private static final int MAP_NORESERVE = 0x4000;

  private static final int ERRNO_OFFSET =
      (int)
          Linker.Option.captureStateLayout()
              .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private Posix() {}

  /** Opens {@code path}, close-on-exec; the descriptor or {@code -errno}. */
  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      int fd =
          (int) Open.HANDLE.invokeExact(state, arena.allocateFrom(path), flags | O_CLOEXEC, 0600);
      return fd >= 0 ? fd : -errno(state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static int close(int fd) {
    return intCall(Close.HANDLE, fd);
  }

  static int flock(int fd, int operation) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      int result = (int) Flock.HANDLE.invokeExact(state, fd, operation);
      return result >= 0 ? result : -errno(state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** The exclusive open-file-description lock over the whole file. */
  static int lockOpenFileDescription(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      // struct flock on 64-bit Linux: l_type, l_whence: i16; l_start @8, l_len @16: i64; l_pid @24.
      MemorySegment lock = arena.allocate(32, 8);
      lock.set(JAVA_SHORT, 0, F_WRLCK);
      int result = (int) Fcntl.HANDLE.invokeExact(state, fd, F_OFD_SETLK, lock);
      return result >= 0 ? result : -errno(state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static int fallocate(int fd, long offset, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      int result = (int) Fallocate.HANDLE.invokeExact(state, fd, 0, offset, length);
      return result >= 0 ? result : -errno(state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** Maps read-only and shared from the start of the file; the address or {@code -errno}. */
  static long mmap(int fd, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      long address =
          (long)
              Mmap.HANDLE.invokeExact(
                  state, 0L, length, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0L);
      return address != -1 ? address : -errno(state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  static int munmap(long address, long length) {
    return rangeCall(Munmap.HANDLE, address, length);
  }

  static int mlock(long address, long length) {
    return rangeCall(Mlock.HANDLE, address, length);
  }

  private static int intCall(MethodHandle handle, int fd) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      int result = (int) handle.invokeExact(state, fd);
      return result >= 0 ? result : -errno(state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  private static int rangeCall(MethodHandle handle, long address, long length) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = state(arena);
      int result = (int) handle.invokeExact(state, address, length);
      return result >= 0 ? result : -errno(state);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  private static MemorySegment state(Arena arena) {
    return arena.allocate(Linker.Option.captureStateLayout());
  }

  private static int errno(MemorySegment state) {
    return state.get(JAVA_INT, ERRNO_OFFSET);
  }

  /** A downcall itself throws nothing that could be answered. */
  private static AssertionError broken(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new AssertionError(e);
  }

  private static MethodHandle handle(
      String name, FunctionDescriptor descriptor, Linker.Option... options) {
    Linker linker = Linker.nativeLinker();
    Linker.Option[] all = new Linker.Option[options.length + 1];
    all[0] = Linker.Option.captureCallState("errno");
    System.arraycopy(options, 0, all, 1, options.length);
    return linker.downcallHandle(linker.defaultLookup().find(name).orElseThrow(), descriptor, all);
  }

  // One holder class per call: the JVM initializes each at its first use.

  private static final class Open {
    static final MethodHandle HANDLE =
        handle(
            "open",
            FunctionDescriptor.of(JAVA_INT, ADDRESS, JAVA_INT, JAVA_INT),
            Linker.Option.firstVariadicArg(2));
  }

  private static final class Close {
    static final MethodHandle HANDLE = handle("close", FunctionDescriptor.of(JAVA_INT, JAVA_INT));
  }

  private static final class Flock {
    static final MethodHandle HANDLE =
        handle("flock", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT));
  }

  private static final class Fcntl {
    static final MethodHandle HANDLE =
        handle(
            "fcntl",
            FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, ADDRESS),
            Linker.Option.firstVariadicArg(2));
  }

  private static final class Fallocate {
    static final MethodHandle HANDLE =
        handle(
            "fallocate", FunctionDescriptor.of(JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG, JAVA_LONG));
  }

  private static final class Mmap {
    static final MethodHandle HANDLE =
        handle(
            "mmap",
            FunctionDescriptor.of(
                JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_INT, JAVA_INT, JAVA_INT, JAVA_LONG));
  }

  private static final class Munmap {
    static final MethodHandle HANDLE =
        handle("munmap", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  }

  private static final class Mlock {
    static final MethodHandle HANDLE =
        handle("mlock", FunctionDescriptor.of(JAVA_INT, JAVA_LONG, JAVA_LONG));
  }
}
