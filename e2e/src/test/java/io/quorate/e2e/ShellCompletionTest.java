package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The scripts of {@code etcdctl completion} in the shells that they are for: bash and zsh at a
 * terminal, where TAB is pressed; fish, which tells its candidates when asked (spec/ctl.md 10). The
 * original's scripts first, then ours. There is no PowerShell to be had.
 */
class ShellCompletionTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /** What TAB makes of the beginning of a command line, in any shell. */
  private static final List<String> TABS =
      List.of(
          "type etcdctl mem\\t",
          "await etcdctl member ",
          "type rem\\t",
          "await remove ",
          "type \\x15",
          "type etcdctl --user a endpoint hea\\t",
          "await health ",
          "type \\x15",
          "type etcdctl get --write-out prot\\t",
          "await protobuf ",
          "type \\x15",
          "type etcdctl get --count-o\\t",
          "await --count-only ",
          "type \\x15",
          "type etcdctl snapshot save /etc/nsswi\\t",
          "await tch.conf",
          "type \\x15");

  private static final List<String> BEHIND_EQUALS =
      List.of("type etcdctl get --write-out=prot\\t", "await --write-out=protobuf ", "type \\x15");

  /** How a choice is shown. */
  private static List<String> choices(String tabs) {
    return List.of(
        "type etcdctl --user a endpoint h" + tabs,
        "await hashkv",
        "await health",
        "type \\x15",
        "type etcdctl get --write-out " + tabs,
        "await fields",
        "await table",
        "type \\x15");
  }

  private static final List<String> END = List.of("type exit 0\\n");

  @ParameterizedTest
  @EnumSource(Kind.class)
  void bash(Kind kind) {
    List<String> preparation =
        List.of(
            "type bind 'set enable-bracketed-paste off'; PS1=@\\n",
            // Of the package bash-completion, which the original's script needs, and may lack.
            "type _get_comp_words_by_ref() { words=(\"${COMP_WORDS[@]}\"); cword=$COMP_CWORD;"
                + " cur=${words[cword]}; prev=${words[cword-1]}; }\\n",
            "type source <(etcdctl completion bash); echo rea''dy\\n",
            "await ready\\r\\n");
    Path bash = Programs.system("bash", "completion in bash");
    // The original's script needs the whole package for what stands behind "=".
    List<String> behindEquals = kind == Kind.OURS ? BEHIND_EQUALS : List.of();
    completes(
        kind,
        List.of(bash.toString(), "--norc", "--noprofile", "-i"),
        steps(preparation, choices("\\t\\t"), TABS, behindEquals, END));
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void zshReadsTheScriptAtOnce(Kind kind) {
    zsh(kind, "autoload -U compinit; compinit -u -D; source <(etcdctl completion zsh)");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void zshLoadsTheScriptAtItsFirstUse(Kind kind) {
    String folder = scratch.toString();
    zsh(
        kind,
        "etcdctl completion zsh >"
            + folder
            + "/_etcdctl; fpath=("
            + folder
            + " $fpath); autoload -U compinit; compinit -u -D");
  }

  private void zsh(Kind kind, String preparation) {
    Path zsh = Programs.system("zsh", "completion in zsh");
    completes(
        kind,
        List.of(zsh.toString(), "-f", "-i"),
        steps(
            List.of("type PS1=@; " + preparation + "; echo rea''dy\\n", "await ready\\r\\n"),
            choices("\\t"),
            TABS,
            BEHIND_EQUALS,
            END));
  }

  @SafeVarargs
  private static List<String> steps(List<String>... parts) {
    List<String> all = new ArrayList<>();
    for (List<String> part : parts) {
      all.addAll(part);
    }
    return all;
  }

  private void completes(Kind kind, List<String> shell, List<String> steps) {
    Run.Result result =
        Terminal.running(shell)
            .with("PATH", path(kind))
            .with("HOME", scratch.toString())
            .dialog(steps);
    assertThat(result.output()).doesNotContain("waited in vain").contains("exit 0");
    assertThat(result.exitCode()).isZero();
  }

  private static String path(Kind kind) {
    return kind.etcd().getParent() + ":" + System.getenv("PATH");
  }

  private static final List<String> BEGUN =
      List.of(
          "etcdctl mem",
          "etcdctl member ",
          "etcdctl --user a endpoint h",
          "etcdctl get --write-out ",
          "etcdctl get --write-out=",
          "etcdctl get --write-out=prot",
          "etcdctl get -w js",
          "etcdctl get -wj",
          "etcdctl get --count-o",
          "etcdctl get --sort-by ",
          "etcdctl get -- -",
          "etcdctl snapshot save /etc/nsswi",
          "etcdctl alarm disarm ",
          "etcdctl nosuch ",
          "etcdctl check perf --load ",
          "etcdctl completion ");

  @Test
  void fishOffersTheSame() throws IOException {
    List<String> original = offeredByFish(Kind.ORIGINAL);
    assertThat(original).contains("promote", "--write-out=protobuf", "/etc/nsswitch.conf");
    assertThat(offeredByFish(Kind.OURS)).isEqualTo(original);
  }

  /** Without the descriptions, which are ours. */
  private List<String> offeredByFish(Kind kind) throws IOException {
    List<String> script = new ArrayList<>();
    script.add("etcdctl completion fish | source");
    for (String begun : BEGUN) {
      script.add("echo '= " + begun + "'");
      script.add("complete -C '" + begun + "'");
    }
    Path file = Files.write(scratch.resolve("ask.fish"), script);
    Path folder = Files.createDirectories(scratch.resolve("empty"));
    Run.Result result =
        Run.command(Programs.system("fish", "completion in fish"), "--no-config", file.toString())
            .with("PATH", path(kind))
            .with("HOME", folder.toString())
            .in(folder)
            .run();
    assertThat(result.error()).isEmpty();
    return result.succeeded().lines().map(line -> line.replaceFirst("\t.*", "")).toList();
  }

  @ParameterizedTest
  @ValueSource(strings = {"bash", "zsh", "fish", "powershell"})
  void theScriptSaysWhatItIs(String shell) {
    assertThat(title(Kind.OURS, shell)).isEqualTo(title(Kind.ORIGINAL, shell)).hasSize(2);
  }

  private static List<String> title(Kind kind, String shell) {
    Path etcdctl = kind.etcd().resolveSibling("etcdctl");
    return Run.command(etcdctl, "completion", shell).run().succeeded().lines().limit(2).toList();
  }
}
