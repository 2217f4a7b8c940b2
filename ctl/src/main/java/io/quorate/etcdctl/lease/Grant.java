package io.quorate.etcdctl.lease;

import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.gotext.GoNumber;
import java.util.List;

/** {@code lease grant}. */
public final class Grant extends EtcdctlCommand {
  public Grant(Invocation invocation) {
    super(invocation, "grant <ttl>", "Makes a lease that lives for some seconds");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    if (arguments.size() != 1) {
      throw Failure.badArguments("lease grant command needs TTL argument");
    }
    long ttlSeconds;
    try {
      ttlSeconds = GoNumber.parseInt(arguments.getFirst(), 10, 64);
    } catch (NumberFormatException e) {
      throw Failure.badArguments("bad TTL (" + e.getMessage() + ")");
    }
    ClusterChannel cluster = invocation.connect(this);
    byte[] request = new ProtoWriter().number(1, ttlSeconds).toBytes();
    invocation.show(
        GrantedAnswer.granted(
            cluster.unary("/etcdserverpb.Lease/LeaseGrant", request, limits.left())));
  }

  @Override
  protected Failure refused(String reason) {
    return super.refused("failed to grant lease (" + reason + ")");
  }
}
