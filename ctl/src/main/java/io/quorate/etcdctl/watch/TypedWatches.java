package io.quorate.etcdctl.watch;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.FlagError;
import io.quorate.cli.command.Flags;
import io.quorate.client.Client;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Lines;
import io.quorate.etcdctl.Words;
import java.util.List;
import java.util.Optional;

/** {@code watch -i}: one request per line of stdin, all at the same time on one client. */
final class TypedWatches {
  private final Invocation invocation;
  private final Client client;

  TypedWatches(Invocation invocation, Client client) {
    this.invocation = invocation;
    this.client = client;
  }

  /** Takes lines until there are no more, which is an error. */
  void run() {
    Lines lines = new Lines(invocation.in());
    while (true) {
      Optional<String> line = lines.next();
      if (line.isEmpty()) {
        throw new Failure(ExitCode.INVALID_INPUT, "error reading watch request line: EOF");
      }
      take(line.get().replaceAll("^\n+|\n+$", ""));
    }
  }

  private void take(String line) {
    List<String> words = Words.of(line);
    if (words.isEmpty()) {
      complain("Invalid command: " + line + " (watch and progress supported)");
    } else if (words.getFirst().equals("progress")) {
      client.watch().requestProgress();
    } else if (words.getFirst().equals("watch")) {
      watch(line, words.subList(1, words.size()));
    } else {
      complain("Invalid command " + line + " (only support watch)");
    }
  }

  private void watch(String line, List<String> raw) {
    Flags flags = new Flags();
    WatchFlags request = new WatchFlags(flags);
    List<String> arguments;
    try {
      arguments = flags.parse(raw);
    } catch (FlagError | Flags.HelpWanted e) {
      throw Failure.badArguments(String.valueOf(e.getMessage()));
    }
    WatchWords parsed;
    try {
      parsed = WatchWords.of(raw, arguments, invocation.environment());
    } catch (WatchWords.Unfit e) {
      if (e.bare) {
        complain("Invalid command " + line + " (command type or key is not provided)");
        return;
      }
      throw Failure.badArguments(String.valueOf(e.getMessage()));
    }
    if (parsed.keys().isEmpty() && parsed.exec().isEmpty()) {
      throw Failure.badArguments("bad number of arguments");
    }
    try {
      WatchPrinter printer = new WatchPrinter(invocation, parsed.exec());
      var create = request.request(parsed.keys());
      Thread.ofPlatform().daemon().start(printer::printOrExit);
      client.watch().watchRequiringLeader(create, printer);
    } catch (WatchWords.Unfit e) {
      complain("Invalid command " + line + " (" + e.getMessage() + ")");
    }
  }

  private void complain(String text) {
    invocation.err().line(text).flush();
  }
}
