package io.quorate.etcdctl.lease;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code lease list}. */
public final class ListCommand extends EtcdctlCommand {
  public ListCommand(Invocation invocation) {
    super(invocation, "list", "Shows all leases");
  }

  @Override
  protected void execute(List<String> arguments) {
    ClusterChannel cluster = invocation.connect(this);
    invocation.show(
        new ListAnswer(
            cluster.unary("/etcdserverpb.Lease/LeaseLeases", new byte[0], Limits.none())));
  }

  @Override
  protected Failure refused(String reason) {
    return new Failure(ExitCode.BAD_CONNECTION, reason);
  }
}
