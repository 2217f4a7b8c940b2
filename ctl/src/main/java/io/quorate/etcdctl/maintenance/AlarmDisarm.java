package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code alarm disarm}. */
public final class AlarmDisarm extends EtcdctlCommand {
  public AlarmDisarm(Invocation invocation) {
    super(invocation, "disarm", "Lowers all alarms");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    if (!arguments.isEmpty()) {
      throw Failure.badArguments("alarm disarm command accepts no arguments");
    }
    ClusterChannel cluster = invocation.connect(this);
    invocation.show(new AlarmsAnswer(Alarms.disarm(cluster, limits.left())));
  }
}
