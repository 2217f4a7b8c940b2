package io.quorate.etcdctl.watch;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.etcdctl.ChildCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.gotext.GoQuote;
import io.quorate.gotext.RawText;
import java.io.IOException;
import java.util.List;
import java.util.Map;

/** The command that a watch runs for each event. */
final class EventCommand {
  private final Invocation invocation;
  private final List<String> command;

  EventCommand(Invocation invocation, List<String> command) {
    this.invocation = invocation;
    this.command = command;
  }

  /**
   * Runs it to its end, with the event in its environment.
   *
   * @throws Failure if it does not end well
   */
  void run(long revision, WatchAnswer.Event event) {
    ChildCommand child = new ChildCommand(command);
    ProcessBuilder builder = child.builder();
    Map<String, String> environment = builder.environment();
    environment.put("ETCD_WATCH_REVISION", Long.toString(revision));
    environment.put("ETCD_WATCH_EVENT_TYPE", GoQuote.quote(event.type()));
    environment.put("ETCD_WATCH_KEY", GoQuote.quote(RawText.of(event.keyValue().key())));
    environment.put("ETCD_WATCH_VALUE", GoQuote.quote(RawText.of(event.keyValue().value())));
    try {
      int code = child.start(builder).waitFor();
      if (code != 0) {
        throw failed("exit status " + code);
      }
    } catch (IOException e) {
      throw failed(String.valueOf(e.getMessage()));
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
  }

  private Failure failed(String reason) {
    StringBuilder words = new StringBuilder();
    for (String word : command) {
      words.append(words.isEmpty() ? "" : " ").append(GoQuote.quote(word));
    }
    invocation.err().line("command [" + words + "] error (" + reason + ")").flush();
    return Failure.silent(ExitCode.ERROR);
  }
}
