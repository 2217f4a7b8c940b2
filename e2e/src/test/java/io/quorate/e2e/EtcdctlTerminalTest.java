package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * etcdctl at a terminal: prompts, hidden passwords, interactive txn and watch. What the terminal
 * shows is the same with the original's etcdctl, on a server of its own, and with ours.
 */
class EtcdctlTerminalTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /**
   * @param steps what {@link Terminal} does
   */
  private record Dialog(List<String> words, List<String> steps) {
    static Dialog of(String words, String... steps) {
      return new Dialog(List.of(words.split(" ")), List.of(steps));
    }
  }

  /** In this order, on one server: what is made above is there below. */
  private static final List<Dialog> DIALOGS =
      List.of(
          Dialog.of(
              "user add alice",
              "await Password of alice: ",
              "secretly secret\\n",
              "await confirmation: ",
              "secretly secret\\n"),
          Dialog.of(
              "user add bob",
              "await Password of bob: ",
              "secretly one\\n",
              "await confirmation: ",
              "secretly another\\n"),
          Dialog.of(
              "user passwd alice",
              "await Password of alice: ",
              "secretly new\\n",
              "await confirmation: ",
              "secretly new\\n"),
          Dialog.of("user add carol", "await Password of carol: ", "secretly \\x03"),
          Dialog.of("--user alice get k", "await Password: ", "secretly new\\n"),
          Dialog.of("put k", "type v\\nw\\n\\x04"),
          Dialog.of(
              "txn -i",
              "await compares:",
              "type value(\"k\") = \"v\"\\n\\n",
              "await success requests (get, put, del):",
              "type put k first\\n\\n",
              "await failure requests (get, put, del):",
              "type get k\\nput k second\\n\\n"),
          Dialog.of("txn --interactive", "await compares:", "type nonsense\\n\\n"),
          Dialog.of("txn -i", "await compares:", "type \\x04"),
          Dialog.of("watch -i", "type watch k --rev=1\\n", "await second\\r\\n", "type \\x04"),
          Dialog.of("watch -i", "type watch k --rev=1\\n", "await second\\r\\n", "type \\x03"),
          Dialog.of(
              "watch -i", "type nonsense\\n", "await (only support watch)\\r\\n", "type \\x03"));

  @TestFactory
  Stream<DynamicTest> dialogs() {
    Member first = Member.in(scratch.resolve("original"));
    List<String> wanted = shown(first, Kind.ORIGINAL, Programs.original("etcdctl"));
    Member again = first.another(scratch.resolve("ours"));
    List<String> got = shown(again, Kind.OURS, Programs.ours("etcdctl"));
    List<DynamicTest> tests = new ArrayList<>();
    for (int i = 0; i < DIALOGS.size(); i++) {
      String want = wanted.get(i);
      String have = got.get(i);
      tests.add(
          DynamicTest.dynamicTest(
              String.join(" ", DIALOGS.get(i).words) + " " + i,
              () -> assertThat(have).isEqualTo(want).doesNotContain("waited in vain")));
    }
    return tests.stream();
  }

  private static List<String> shown(Member member, Kind server, Path etcdctl) {
    List<String> shown = new ArrayList<>();
    try (Member running = member.start(server)) {
      for (Dialog dialog : DIALOGS) {
        List<String> command = new ArrayList<>();
        command.add(etcdctl.toString());
        command.addAll(dialog.words);
        Run.Result result =
            Terminal.running(command)
                .with("ETCDCTL_ENDPOINTS", running.hostAndPort())
                .dialog(dialog.steps);
        // Log lines name places in memory and in the source.
        String text = result.output().replaceAll("\\{\"level\".*", "{log line}");
        shown.add(text + "\nexit code " + result.exitCode());
      }
    }
    return shown;
  }
}
