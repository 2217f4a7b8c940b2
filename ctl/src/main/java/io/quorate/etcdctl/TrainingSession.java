package io.quorate.etcdctl;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs several command lines in one process, which etcdctl never does: the build records from it
 * which classes the commands load, and makes the class archive of that. Arguments: the name of the
 * class that the launcher would have started; command lines, each ended by a word {@code ;}.
 */
public final class TrainingSession {
  private TrainingSession() {}

  /** Ends with the exit code of the first command that failed, or 0. */
  public static void main(String[] args) {
    List<String> words = ExactArguments.of(args);
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("ETCDCTL_"));
    int start = 1;
    int code = 0;
    for (int i = start; i < words.size() && code == 0; i++) {
      if (words.get(i).equals(";")) {
        code = EtcdctlMain.run(words.subList(start, i), environment);
        start = i + 1;
      }
    }
    System.exit(code);
  }
}
