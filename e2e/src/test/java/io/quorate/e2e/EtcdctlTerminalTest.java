package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestFactory;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * etcdctl at a terminal: prompts, hidden passwords, interactive txn and watch, and completion in
 * bash. What the terminal shows is the same with the original's etcdctl, on a server of its own,
 * and with ours (e2e/python/terminal.py leads the dialogs).
 */
class EtcdctlTerminalTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /**
   * @param steps what terminal.py does
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
        Run.Result result = dialog(dialog.steps, command, running.hostAndPort());
        // Log lines name places in memory and in the source.
        String text = result.output().replaceAll("\\{\"level\".*", "{log line}");
        shown.add(text + "\nexit code " + result.exitCode());
      }
    }
    return shown;
  }

  private static Run.Result dialog(List<String> steps, List<String> command, String endpoint) {
    List<String> line = new ArrayList<>();
    line.add(Programs.system("python3", "dialogs at a terminal").toString());
    line.add(Programs.ROOT.resolve("e2e/python/terminal.py").toString());
    line.addAll(steps);
    line.add("--");
    line.addAll(command);
    return Run.command(line).with("ETCDCTL_ENDPOINTS", endpoint).with("TERM", "dumb").run();
  }

  /** What TAB makes of the beginning of a command line, and how readline shows a choice. */
  private static final List<String> TABS =
      List.of(
          "type etcdctl mem\\t",
          "await etcdctl member ",
          "type rem\\t",
          "await remove ",
          "type \\x15",
          "type etcdctl --user a endpoint h\\t\\t",
          "await hashkv  health",
          "type ea\\t",
          "await health ",
          "type \\x15",
          "type etcdctl get --write-out \\t\\t",
          "await fields",
          "await table",
          "type prot\\t",
          "await protobuf ",
          "type \\x15",
          "type etcdctl get --count-o\\t",
          "await --count-only ",
          "type \\x15",
          "type etcdctl snapshot save /etc/nsswi\\t",
          "await tch.conf",
          "type \\x15",
          "type exit 0\\n");

  /** The original's script needs a package for that. */
  private static final List<String> TABS_BEHIND_EQUALS =
      List.of("type etcdctl get --write-out=prot\\t", "await --write-out=protobuf ", "type \\x15");

  @Test
  void theOriginalCompletesInBash() {
    completesInBash(Programs.original("etcdctl"), List.of());
  }

  @Test
  void oursCompletesInBash() {
    completesInBash(Programs.ours("etcdctl"), TABS_BEHIND_EQUALS);
  }

  /** spec/ctl.md 10. The package bash-completion, which the original's script needs, may lack. */
  private static void completesInBash(Path etcdctl, List<String> further) {
    List<String> steps = new ArrayList<>();
    steps.add("type bind 'set enable-bracketed-paste off'; PS1=@; PATH=" + etcdctl.getParent());
    steps.add("type :$PATH\\n");
    steps.add(
        "type _get_comp_words_by_ref() { words=(\"${COMP_WORDS[@]}\"); cword=$COMP_CWORD;"
            + " cur=${words[cword]}; prev=${words[cword-1]}; }\\n");
    steps.add("type source <(etcdctl completion bash); echo rea''dy\\n");
    steps.add("await ready\\r\\n");
    steps.addAll(further);
    steps.addAll(TABS);
    Path bash = Programs.system("bash", "completion in bash");
    Run.Result result =
        dialog(steps, List.of(bash.toString(), "--norc", "--noprofile", "-i"), "127.0.0.1:1");
    assertThat(result.output()).doesNotContain("waited in vain").endsWith("exit 0\r\nexit\r\n");
    assertThat(result.exitCode()).isZero();
  }
}
