package io.quorate.etcdctl.kv;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.Lines;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** {@code txn} (spec/ctl.md 4.4). */
public final class Txn extends EtcdctlCommand {
  private static final int COMPARE = 1;
  private static final int SUCCESS = 2;
  private static final int FAILURE = 3;

  private final Flag.Bool interactive =
      flags().bool("interactive", "i", false, "say what is to be typed");

  public Txn(Invocation invocation) {
    super(invocation, "txn [options]", "Makes several requests as one");
  }

  @Override
  public String description() {
    return """
    Reads conditions and requests from stdin and makes the requests as one.

    There are three parts, each ended by an empty line:
    1) conditions,
    2) requests to make if all of them hold,
    3) requests to make if one does not.

    For example:

    ---
    etcdctl txn -i
    # compares:
    mod("key1") > "0"

    # success requests (get, put, del):
    put key1 "overwrote-key1"

    # failure requests (get, put, del):
    put key1 "created-key1"
    put key2 "some extra key"

    ---\
    """;
  }

  @Override
  protected void execute(List<String> arguments) {
    if (!arguments.isEmpty()) {
      throw Failure.badArguments("txn command does not accept argument");
    }
    ClusterChannel cluster = invocation.connect(this);
    Lines lines = new Lines(invocation.in());
    TxnRequests requests = new TxnRequests(invocation);
    ProtoWriter txn = new ProtoWriter();
    prompt("compares:");
    section(lines, line -> txn.element(COMPARE, Comparison.parse(line)));
    prompt("success requests (get, put, del):");
    section(lines, line -> txn.element(SUCCESS, requests.parse(line)));
    prompt("failure requests (get, put, del):");
    section(lines, line -> txn.element(FAILURE, requests.parse(line)));
    invocation.show(
        new TxnAnswer(cluster.unary("/etcdserverpb.KV/Txn", txn.toBytes(), Limits.none())));
  }

  private void prompt(String text) {
    if (interactive.value()) {
      invocation.out().line(text).flush();
    }
  }

  /** Hands on each line up to an empty one as it is read: what is wrong is said at once. */
  private static void section(Lines lines, Consumer<String> part) {
    while (true) {
      Optional<String> line = lines.next();
      if (line.isEmpty()) {
        throw new Failure(ExitCode.INVALID_INPUT, "EOF");
      }
      String text = line.get().strip();
      if (text.isEmpty()) {
        return;
      }
      part.accept(text);
    }
  }
}
