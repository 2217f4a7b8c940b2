package io.quorate.etcdctl.lease;

import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code lease revoke}. */
public final class Revoke extends EtcdctlCommand {
  public Revoke(Invocation invocation) {
    super(invocation, "revoke <leaseID>", "Ends a lease, and the keys attached to it");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    if (arguments.size() != 1) {
      throw Failure.badArguments("lease revoke command needs 1 argument");
    }
    long id = LeaseId.parse(arguments.getFirst());
    ClusterChannel cluster = invocation.connect(this);
    byte[] request = new ProtoWriter().number(1, id).toBytes();
    invocation.show(
        new RevokedAnswer(
            id, cluster.unary("/etcdserverpb.Lease/LeaseRevoke", request, limits.left())));
  }

  @Override
  protected Failure refused(String reason) {
    return super.refused("failed to revoke lease (" + reason + ")");
  }
}
