package io.quorate.io.os;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
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
 * The calls of Linux that the JDK lacks. Results below zero are {@code -errno}.
 *
 * <p>All go through one handle, made at the first call: each shape of arguments has a cold JVM spin
 * some ten classes, 15 ms of the start. Six registers are filled whatever a call takes; the C ABIs
 * of Linux let it ignore the rest, and the upper half of one that holds an int.
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
  private static final int OWNER_READS_AND_WRITES = 0600;

  static final int LOCK_SH = 1;
  static final int LOCK_EX = 2;
  static final int LOCK_NB = 4;

  private static final int F_OFD_SETLK = 37;
  private static final short F_WRLCK = 1;

  private static final int AF_UNIX = 1;
  private static final int SOCK_DGRAM = 2;
  private static final int MSG_NOSIGNAL = 0x4000;

  private static final int PROT_READ = 1;
  private static final int MAP_SHARED = 1;
  private static final int MAP_NORESERVE = 0x4000;

  private static final int ERRNO_OFFSET =
      (int)
          Linker.Option.captureStateLayout()
              .byteOffset(MemoryLayout.PathElement.groupElement("errno"));

  private static final Linker LINKER = Linker.nativeLinker();
  private static final MethodHandle CALL =
      LINKER.downcallHandle(
          FunctionDescriptor.of(
              JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG, JAVA_LONG),
          Linker.Option.captureCallState("errno"));

  private static final MemorySegment OPEN = function("open");
  private static final MemorySegment CLOSE = function("close");
  private static final MemorySegment FLOCK = function("flock");
  private static final MemorySegment FCNTL = function("fcntl");
  private static final MemorySegment FALLOCATE = function("fallocate");
  private static final MemorySegment MMAP = function("mmap");
  private static final MemorySegment MUNMAP = function("munmap");
  private static final MemorySegment MLOCK = function("mlock");
  private static final MemorySegment SOCKET = function("socket");
  private static final MemorySegment CONNECT = function("connect");
  private static final MemorySegment SEND = function("send");

  private Posix() {}

  /** Opens {@code path}, close-on-exec; the descriptor or {@code -errno}. */
  static int open(String path, int flags) {
    try (Arena arena = Arena.ofConfined()) {
      long name = arena.allocateFrom(path).address();
      return call(OPEN, name, flags | O_CLOEXEC, OWNER_READS_AND_WRITES, 0);
    }
  }

  static int close(int fd) {
    return call(CLOSE, fd, 0, 0, 0);
  }

  /** A datagram socket connected to the unix socket {@code path}; or {@code -errno}. */
  static int connectDatagrams(byte[] path) {
    int fd = call(SOCKET, AF_UNIX, SOCK_DGRAM | O_CLOEXEC, 0, 0);
    if (fd < 0) {
      return fd;
    }
    try (Arena arena = Arena.ofConfined()) {
      // struct sockaddr_un: sun_family: u16, then the path; its length says where the path ends.
      MemorySegment address = arena.allocate(2 + path.length + 1L, 2);
      address.set(JAVA_SHORT, 0, (short) AF_UNIX);
      MemorySegment.copy(path, 0, address, JAVA_BYTE, 2, path.length);
      boolean isAbstract = path.length > 0 && path[0] == 0;
      int length = 2 + path.length + (isAbstract ? 0 : 1);
      int connected = call(CONNECT, fd, address.address(), length, 0);
      if (connected == 0) {
        return fd;
      }
      close(fd);
      return connected;
    }
  }

  /** Sends one datagram; its length or {@code -errno}. */
  static long send(int fd, byte[] datagram) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment bytes = arena.allocate(Math.max(1, datagram.length));
      MemorySegment.copy(datagram, 0, bytes, JAVA_BYTE, 0, datagram.length);
      return callForLong(SEND, fd, bytes.address(), datagram.length, MSG_NOSIGNAL, 0, 0);
    }
  }

  static int flock(int fd, int operation) {
    return call(FLOCK, fd, operation, 0, 0);
  }

  /** The exclusive open-file-description lock over the whole file. */
  static int lockOpenFileDescription(int fd) {
    try (Arena arena = Arena.ofConfined()) {
      // struct flock on 64-bit Linux: l_type, l_whence: i16; l_start @8, l_len @16: i64; l_pid @24.
      MemorySegment lock = arena.allocate(32, 8);
      lock.set(JAVA_SHORT, 0, F_WRLCK);
      return call(FCNTL, fd, F_OFD_SETLK, lock.address(), 0);
    }
  }

  static int fallocate(int fd, long offset, long length) {
    return call(FALLOCATE, fd, 0, offset, length);
  }

  /** Maps read-only and shared from the start of the file; the address or {@code -errno}. */
  static long mmap(int fd, long length) {
    return callForLong(MMAP, 0, length, PROT_READ, MAP_SHARED | MAP_NORESERVE, fd, 0);
  }

  static int munmap(long address, long length) {
    return call(MUNMAP, address, length, 0, 0);
  }

  static int mlock(long address, long length) {
    return call(MLOCK, address, length, 0, 0);
  }

  /** A call that returns an int: the upper half of its register is nobody's. */
  private static int call(MemorySegment function, long a, long b, long c, long d) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      int result = (int) (long) CALL.invokeExact(function, state, a, b, c, d, 0L, 0L);
      return result >= 0 ? result : -state.get(JAVA_INT, ERRNO_OFFSET);
    } catch (Throwable e) {
      throw broken(e);
    }
  }

  /** A call that returns an address, or -1. */
  private static long callForLong(
      MemorySegment function, long a, long b, long c, long d, long e, long f) {
    try (Arena arena = Arena.ofConfined()) {
      MemorySegment state = arena.allocate(Linker.Option.captureStateLayout());
      long result = (long) CALL.invokeExact(function, state, a, b, c, d, e, f);
      return result != -1 ? result : -state.get(JAVA_INT, ERRNO_OFFSET);
    } catch (Throwable failure) {
      throw broken(failure);
    }
  }

  /** A downcall itself throws nothing that could be answered. */
  private static AssertionError broken(Throwable e) {
    if (e instanceof Error error) {
      throw error;
    }
    return new AssertionError(e);
  }

  private static MemorySegment function(String name) {
    return LINKER.defaultLookup().find(name).orElseThrow();
  }
}
