package io.quorate.etcdctl.watch;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.Client;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import java.util.List;

/** {@code watch} (spec/ctl.md 4.6). */
public final class Watch extends EtcdctlCommand {
  private final WatchFlags request = new WatchFlags(flags());

  public Watch(Invocation invocation) {
    super(
        invocation,
        "watch [options] [key or prefix] [range_end] [--] [exec-command arg1 arg2 ...]",
        "Shows what happens to keys, as it happens");
  }

  @Override
  protected void execute(List<String> arguments) {
    List<String> raw = WatchWords.behind(name(), invocation.words());
    if (request.interactive.value()) {
      refuseUnfitEnvironment();
      new TypedWatches(invocation, Client.on(invocation.connect(this))).run();
      return;
    }
    try {
      WatchWords parsed = WatchWords.of(raw, arguments, invocation.environment());
      var create = request.request(parsed.keys());
      Client client = Client.on(invocation.connect(this));
      WatchPrinter printer = new WatchPrinter(invocation, parsed.exec());
      client.watch().watchRequiringLeader(create, printer);
      printer.print();
    } catch (WatchWords.Unfit e) {
      throw Failure.badArguments(String.valueOf(e.getMessage()));
    }
    throw new Failure(ExitCode.INTERRUPTED, "watch is canceled by the server");
  }

  private void refuseUnfitEnvironment() {
    try {
      WatchWords.of(List.of("-i"), List.of(), invocation.environment());
    } catch (WatchWords.Unfit e) {
      throw Failure.badArguments(String.valueOf(e.getMessage()));
    }
  }
}
