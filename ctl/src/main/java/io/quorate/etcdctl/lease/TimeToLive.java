package io.quorate.etcdctl.lease;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code lease timetolive}. */
public final class TimeToLive extends EtcdctlCommand {
  private final Flag.Bool keys = flags().bool("keys", false, "show the keys attached to it too");

  public TimeToLive(Invocation invocation) {
    super(invocation, "timetolive <leaseID> [options]", "Shows how long a lease has to live");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("lease timetolive command needs lease ID as argument");
    }
    long id = LeaseId.parse(arguments.getFirst());
    ClusterChannel cluster = invocation.connect(this);
    byte[] request = new ProtoWriter().number(1, id).flag(2, keys.value()).toBytes();
    invocation.show(
        new TimeToLiveAnswer(
            cluster.unary("/etcdserverpb.Lease/LeaseTimeToLive", request, Limits.none()),
            keys.value()));
  }

  @Override
  protected Failure refused(String reason) {
    return new Failure(ExitCode.BAD_CONNECTION, reason);
  }
}
