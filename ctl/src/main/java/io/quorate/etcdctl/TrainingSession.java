package io.quorate.etcdctl;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Runs several command lines in one process, which etcdctl never does: the build records from it
 * which classes the commands load, and makes the class archive of that. Arguments: the name of the
 * class that the launcher would have started; command lines, each ended by a word {@code ;}, or by
 * {@code &} if the command has no end or hooks itself into the program's: it gets two seconds, with
 * all others of its kind, and a thread of its own.
 */
public final class TrainingSession {
  private static final Duration ENDLESS = Duration.ofSeconds(2);

  private TrainingSession() {}

  /** Ends with the exit code of the first command that failed, or 0. */
  public static void main(String[] args) throws InterruptedException {
    List<String> words = ExactArguments.of(args);
    Map<String, String> environment = new TreeMap<>(System.getenv());
    environment.keySet().removeIf(name -> name.startsWith("ETCDCTL_"));
    int start = 1;
    int code = 0;
    boolean endless = false;
    for (int i = start; i < words.size() && code == 0; i++) {
      List<String> command = words.subList(start, i);
      switch (words.get(i)) {
        case ";" -> code = EtcdctlMain.run(command, environment);
        case "&" -> {
          endless = true;
          Thread.ofPlatform().daemon().start(() -> EtcdctlMain.run(command, environment));
        }
        default -> {
          continue;
        }
      }
      start = i + 1;
    }
    if (endless) {
      Thread.sleep(ENDLESS);
    }
    System.exit(code);
  }
}
