package io.quorate.etcdctl.kv;

import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.output.Mode;
import java.util.List;

/** {@code get} (spec/ctl.md 4.1). */
public final class Get extends EtcdctlCommand {
  static final String USE = "get [options] <key> [range_end]";
  static final String SUMMARY = "Shows a key or a range of keys";

  private final RangeRequest request = new RangeRequest(flags());

  public Get(Invocation invocation) {
    super(invocation, USE, SUMMARY);
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    byte[] question = request.bytes(arguments);
    ClusterChannel cluster = invocation.connect(this);
    byte[] response = cluster.unary("/etcdserverpb.KV/Range", question, limits.left());
    if (request.countOnly.value() && invocation.mode() != Mode.FIELDS) {
      throw Failure.badArguments("--count-only is only for `--write-out=fields`");
    }
    if (request.printValueOnly.value() && invocation.mode() != Mode.SIMPLE) {
      throw Failure.badArguments("print-value-only is only for `--write-out=simple`");
    }
    invocation.show(new GetAnswer(response, request.printValueOnly.value()));
  }
}
