package io.quorate.etcdctl.watch;

import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.cli.command.Failure;
import io.quorate.client.EtcdException;
import io.quorate.client.WatchListener;
import io.quorate.etcdctl.EtcdctlMain;
import io.quorate.etcdctl.Invocation;
import io.quorate.rpc.Code;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.IntConsumer;

/** Prints what one watch hears, in a thread that may wait for the commands it runs. */
final class WatchPrinter implements WatchListener {
  private static final String COMPACTED = "etcdserver: mvcc: required revision has been compacted";

  /**
   * @param response empty at the end
   * @param reason why it ended; may be empty
   */
  private record News(Optional<WatchResponse> response, String reason) {}

  private final LinkedBlockingQueue<News> news = new LinkedBlockingQueue<>();
  private final Invocation invocation;
  private final List<String> exec;
  private final IntConsumer exit;

  WatchPrinter(Invocation invocation, List<String> exec) {
    this(invocation, exec, Runtime.getRuntime()::halt);
  }

  WatchPrinter(Invocation invocation, List<String> exec, IntConsumer exit) {
    this.invocation = invocation;
    this.exec = exec;
    this.exit = exit;
  }

  @Override
  public void response(WatchResponse response) {
    news.add(new News(Optional.of(response), ""));
  }

  @Override
  public void closed(Optional<EtcdException> why) {
    String reason = "";
    if (why.isPresent()) {
      // The reason of a refusal is the server's text as it is.
      boolean verbatim = why.get().code() == Code.UNKNOWN;
      reason = verbatim ? why.get().status().message() : String.valueOf(why.get().getMessage());
    }
    news.add(new News(Optional.empty(), reason));
  }

  /** Prints until the watch ends. */
  void print() {
    boolean cancelled = false;
    while (true) {
      News next;
      try {
        next = news.take();
      } catch (InterruptedException _) {
        Thread.currentThread().interrupt();
        return;
      }
      if (next.response.isPresent()) {
        WatchResponse response = next.response.get();
        cancelled = response.getCanceled();
        print(WatchAnswer.of(response), cancelled ? COMPACTED : "");
      } else {
        if (!cancelled && !next.reason.isEmpty() && !invocation.isEnded()) {
          print(WatchAnswer.ended(), next.reason);
        }
        return;
      }
    }
  }

  private void print(WatchAnswer answer, String reason) {
    synchronized (invocation) {
      if (!reason.isEmpty()) {
        invocation.err().line("watch was canceled (" + reason + ")").flush();
      }
      if (answer.isProgress()) {
        invocation.out().line("progress notify: " + answer.revision());
      }
      invocation.show(answer);
      invocation.out().flush();
    }
    if (!exec.isEmpty()) {
      answer.forEachEvent(
          event -> new EventCommand(invocation, exec).run(answer.revision(), event));
    }
  }

  /** As {@link #print}; what goes wrong ends the program. */
  void printOrExit() {
    try {
      print();
    } catch (Failure failure) {
      if (!failure.isSilent()) {
        invocation.err().line("Error: " + failure.getMessage()).flush();
      }
      exit.accept(failure.exitCode());
    } catch (UncheckedIOException _) {
      exit.accept(EtcdctlMain.BROKEN_PIPE);
    }
  }
}
