package io.quorate.embed;

import com.sun.management.UnixOperatingSystemMXBean;
import java.lang.management.ManagementFactory;

/** How many files this process may have open. */
final class FileDescriptors {
  private static final long UNKNOWN = 1024;

  private FileDescriptors() {}

  static long limit() {
    return ManagementFactory.getOperatingSystemMXBean() instanceof UnixOperatingSystemMXBean unix
        ? Math.min(unix.getMaxFileDescriptorCount(), Integer.MAX_VALUE)
        : UNKNOWN;
  }
}
