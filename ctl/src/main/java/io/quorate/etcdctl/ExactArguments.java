package io.quorate.etcdctl;

import io.quorate.gotext.RawText;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The command line with its bytes. Java has put U+FFFD where they are not UTF-8. */
final class ExactArguments {
  private static final char REPLACED = '\ufffd';

  private ExactArguments() {}

  static List<String> of(String[] args) {
    for (String arg : args) {
      if (arg.indexOf(REPLACED) >= 0) {
        return fromKernel(args);
      }
    }
    return List.of(args);
  }

  private static List<String> fromKernel(String[] args) {
    List<String> all = new ArrayList<>();
    try {
      byte[] line = Files.readAllBytes(Path.of("/proc/self/cmdline"));
      int start = 0;
      for (int i = 0; i < line.length; i++) {
        if (line[i] == 0) {
          all.add(RawText.of(line, start, i));
          start = i + 1;
        }
      }
    } catch (IOException _) {
      return List.of(args);
    }
    return all.size() < args.length
        ? List.of(args)
        : List.copyOf(all.subList(all.size() - args.length, all.size()));
  }
}
