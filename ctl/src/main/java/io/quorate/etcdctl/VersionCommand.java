package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import java.util.List;

/** {@code version} (spec/ctl.md 8.4). */
final class VersionCommand extends Command {
  private final Invocation invocation;

  VersionCommand(Invocation invocation) {
    super("version", "Shows the versions of etcdctl and of the API");
    this.invocation = invocation;
  }

  @Override
  public void run(List<String> arguments) {
    invocation.out().line("etcdctl version: " + Version.SERVER);
    invocation.out().line("API version: " + Version.API);
  }
}
