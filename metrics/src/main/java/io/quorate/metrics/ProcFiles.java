package io.quorate.metrics;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What {@code /proc} says of this process; 0 where it says nothing. */
public final class ProcFiles {
  private static final Path SELF = Path.of("/proc/self");

  /** Of clocks in /proc: 100 per second on every Linux that Java runs on. */
  private static final double TICKS_PER_SECOND = 100;

  private static final double UNLIMITED = 0x1p64;

  /** Fields of /proc/self/stat behind the name, which may have blanks: the state is the first. */
  private static final int USER_TIME = 11;

  private static final int SYSTEM_TIME = 12;
  private static final int START_TIME = 19;
  private static final int VIRTUAL_BYTES = 20;

  private ProcFiles() {}

  static double cpuSeconds() {
    return (stat(USER_TIME) + stat(SYSTEM_TIME)) / TICKS_PER_SECOND;
  }

  static double virtualBytes() {
    return stat(VIRTUAL_BYTES);
  }

  static double residentBytes() {
    for (String line : lines(SELF.resolve("status"))) {
      if (line.startsWith("VmRSS:")) {
        return number(line.substring(6).replace("kB", "")) * 1024;
      }
    }
    return 0;
  }

  static double startSeconds() {
    for (String line : lines(Path.of("/proc/stat"))) {
      if (line.startsWith("btime ")) {
        return number(line.substring(6)) + stat(START_TIME) / TICKS_PER_SECOND;
      }
    }
    return 0;
  }

  private static double stat(int field) {
    for (String line : lines(SELF.resolve("stat"))) {
      String[] fields = line.substring(line.lastIndexOf(')') + 2).split(" ");
      return field < fields.length ? number(fields[field]) : 0;
    }
    return 0;
  }

  public static double openDescriptors() {
    try (Stream<Path> open = Files.list(SELF.resolve("fd"))) {
      return open.count();
    } catch (IOException absent) {
      return 0;
    }
  }

  /** The soft limit of this name. */
  public static double limit(String name) {
    for (String line : lines(SELF.resolve("limits"))) {
      if (line.startsWith(name)) {
        String soft = line.substring(name.length()).strip().split("\\s+")[0];
        return soft.equals("unlimited") ? UNLIMITED : number(soft);
      }
    }
    return 0;
  }

  /** A number of the IP layer, of all that shares this process's network. */
  static double network(String name) {
    List<String> lines = lines(SELF.resolve("net/netstat"));
    for (int i = 0; i + 1 < lines.size(); i += 2) {
      if (lines.get(i).startsWith("IpExt:")) {
        int at = List.of(lines.get(i).split(" ")).indexOf(name);
        String[] values = lines.get(i + 1).split(" ");
        return at < 0 || at >= values.length ? 0 : number(values[at]);
      }
    }
    return 0;
  }

  private static double number(String text) {
    try {
      return Double.parseDouble(text.strip());
    } catch (NumberFormatException unknown) {
      return 0;
    }
  }

  private static List<String> lines(Path file) {
    try {
      return Files.readAllLines(file);
    } catch (IOException absent) {
      return List.of();
    }
  }
}
