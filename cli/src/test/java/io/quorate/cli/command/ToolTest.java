package io.quorate.cli.command;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** spec/ctl.md 1.1: how a command line finds its command, and what is said where it does not. */
final class ToolTest {
  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  /** Prints its path, its flag and its arguments. */
  private final class Leaf extends Command {
    private final Flag.Text word = flags().text("word", "d", "", "");
    private final Flag.Bool on = flags().bool("on", false, "");
    private final Output to;

    Leaf(String name, Output to) {
      super(name + " [options]", "");
      this.to = to;
    }

    @Override
    public void run(List<String> arguments) {
      if (arguments.contains("fail")) {
        throw Failure.badArguments("told to");
      }
      if (arguments.contains("silent")) {
        throw Failure.silent(7);
      }
      to.line(name() + " " + word.value() + " " + on.value() + " " + arguments);
    }
  }

  private final class Tree extends Group {
    private final List<String> names;
    private final Output to;

    Tree(String name, List<String> names, Output to) {
      super(name, "", shared());
      this.names = names;
      this.to = to;
    }

    private static Flags shared() {
      Flags flags = new Flags();
      flags.text("global", "g", "", "");
      flags.bool("switch", false, "");
      return flags;
    }

    @Override
    public List<String> subcommands() {
      return names;
    }

    @Override
    public Command subcommand(String name) {
      return name.equals("member")
          ? new Tree("member", List.of("add", "list"), to)
          : new Leaf(name, to);
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      textBlock =
          """
          get a b                | 0   | get  false [a, b]\\n |
          ge a                   | 0   | get  false [a]\\n |
          get get                | 0   | get  false [get]\\n |
          -g x get a             | 0   | get  false [a]\\n |
          --global get get       | 0   | get  false []\\n |
          --switch get a         | 0   | get  false [a]\\n |
          get a -d b --on        | 0   | get b true [a]\\n |
          get -- -d              | 0   | get  false [-d]\\n |
          member add x           | 0   | add  false [x]\\n |
          mem l                  | 0   | list  false []\\n |
          member nosuch          | 0   | page of tool member\\n |
          member                 | 0   | page of tool member\\n |
          ``                     | 0   | page of tool\\n |
          get --help             | 0   | page of tool get\\n |
          get a -h               | 0   | page of tool get\\n |
          get -h a               | 0   | page of tool get\\n |
          -h get                 | 0   | page of tool\\n |
          --help get             | 0   | page of tool\\n |
          --help=true get        | 0   | page of tool get\\n |
          -h nosuch              | 0   | page of tool\\n |
          -h get get             | 0   | page of tool get\\n |
          member -h list         | 0   | page of tool member\\n |
          -h member list         | 1   | `` | Error: unknown command "list" for "tool"\\nRun 'tool --help' for usage.\\n
          l                      | 1   | `` | Error: unknown command "l" for "tool"\\n\\nDid you mean this?\\n\\tlease\\n\\tlock\\n\\nRun 'tool --help' for usage.\\n
          gett                   | 1   | `` | Error: unknown command "gett" for "tool"\\n\\nDid you mean this?\\n\\tget\\n\\nRun 'tool --help' for usage.\\n
          nosuch                 | 1   | `` | Error: unknown command "nosuch" for "tool"\\nRun 'tool --help' for usage.\\n
          --nope get x           | 1   | `` | Error: unknown command "x" for "tool"\\nRun 'tool --help' for usage.\\n
          get --nope             | 1   | page of tool get\\n | Error: unknown flag: --nope\\n\\n
          member --on            | 1   | page of tool member\\n | Error: unknown flag: --on\\n\\n
          get fail               | 128 | `` | Error: told to\\n
          get silent             | 7   | `` | ``
          """)
  void runs(String line, int code, String output, String error) {
    Output to = new Output(out);
    Output complaints = new Output(err);
    Command root = new Tree("tool", List.of("get", "lease", "lock", "member"), to);
    Usage usage = path -> "page of " + path.text() + "\n";
    int exit =
        new Tool(root, usage, to, complaints)
            .run(line.isEmpty() ? List.of() : List.of(line.split(" ")));
    to.flush();
    complaints.flush();
    assertThat(out.toString(StandardCharsets.UTF_8)).isEqualTo(unescaped(output));
    assertThat(err.toString(StandardCharsets.UTF_8)).isEqualTo(unescaped(error));
    assertThat(exit).isEqualTo(code);
  }

  private static String unescaped(String text) {
    return text == null ? "" : text.replace("\\n", "\n").replace("\\t", "\t");
  }
}
