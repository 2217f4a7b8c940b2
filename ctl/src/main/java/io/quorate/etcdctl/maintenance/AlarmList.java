package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code alarm list}. */
public final class AlarmList extends EtcdctlCommand {
  public AlarmList(Invocation invocation) {
    super(invocation, "list", "Lists the alarms that are raised");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    if (!arguments.isEmpty()) {
      throw Failure.badArguments("alarm list command accepts no arguments");
    }
    ClusterChannel cluster = invocation.connect(this);
    invocation.show(new AlarmsAnswer(Alarms.list(cluster, limits.left())));
  }
}
