package io.quorate.etcdctl.kv;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.gotext.GoNumber;
import java.util.List;

/** {@code compaction} (spec/ctl.md 4.5). */
public final class Compaction extends EtcdctlCommand {
  private final Flag.Bool physical =
      flags().bool("physical", false, "wait until old revisions are removed from the file");

  public Compaction(Invocation invocation) {
    super(invocation, "compaction [options] <revision>", "Discards what was before a revision");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("compaction command needs 1 argument");
    }
    long revision;
    try {
      revision = GoNumber.parseInt(arguments.getFirst(), 10, 64);
    } catch (NumberFormatException e) {
      throw new Failure(ExitCode.ERROR, String.valueOf(e.getMessage()));
    }
    byte[] request = new ProtoWriter().number(1, revision).flag(2, physical.value()).toBytes();
    ClusterChannel cluster = invocation.connect(this);
    Limits limits = Limits.commandTimeout(invocation);
    cluster.unary("/etcdserverpb.KV/Compact", request, limits.left());
    invocation.out().line("compacted revision " + revision);
  }
}
