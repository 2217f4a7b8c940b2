package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.HeaderAnswer;
import io.quorate.etcdctl.message.IdArgument;
import io.quorate.etcdctl.message.StatusResponse;
import java.util.List;

/** {@code move-leader}: looks for the leader among the endpoints, and asks it to step aside. */
public final class MoveLeader extends EtcdctlCommand {
  private static final int TARGET_ID = 1;

  public MoveLeader(Invocation invocation) {
    super(
        invocation,
        "move-leader <transferee-member-id>",
        "Hands leadership to another member of the cluster");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("move-leader command needs 1 argument");
    }
    long target;
    try {
      target = IdArgument.parse(arguments.getFirst());
    } catch (NumberFormatException e) {
      throw Failure.badArguments(String.valueOf(e.getMessage()));
    }
    ConnectionSettings settings = invocation.settings(this);
    if (settings.endpoints().isEmpty()) {
      throw new Failure(ExitCode.BAD_CONNECTION, "etcdclient: no available endpoints");
    }
    Limits limits = Limits.commandTimeout(invocation);
    for (String endpoint : settings.endpoints()) {
      try (ClusterChannel channel = settings.connect(List.of(endpoint))) {
        StatusResponse status = StatusResponse.read(StatusResponse.ask(channel, limits.left()));
        if (status.isLeader()) {
          invocation.show(transfer(channel, status.leader(), target, limits));
          return;
        }
      }
    }
    throw Failure.badArguments(
        "no leader endpoint given at [" + String.join(" ", settings.endpoints()) + "]");
  }

  private static HeaderAnswer transfer(
      ClusterChannel leader, long leaderId, long target, Limits limits) {
    byte[] request = new ProtoWriter().number(TARGET_ID, target).toBytes();
    return HeaderAnswer.withoutFields(
        leader.unary("/etcdserverpb.Maintenance/MoveLeader", request, limits.left()),
        "Leadership transferred from "
            + Long.toHexString(leaderId)
            + " to "
            + Long.toHexString(target));
  }
}
