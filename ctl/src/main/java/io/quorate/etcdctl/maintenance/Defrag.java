package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.endpoint.AskedEndpoints;
import io.quorate.gotext.GoDuration;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.StatusException;
import java.util.List;

/** {@code defrag}: one member after the other. */
public final class Defrag extends EtcdctlCommand {
  private final Flag.Bool cluster = flags().bool("cluster", false, "all members of the cluster");

  public Defrag(Invocation invocation) {
    super(invocation, "defrag", "Defragments the databases of the members that --endpoints names");
  }

  @Override
  protected void execute(List<String> arguments) {
    ConnectionSettings settings = invocation.settings(this);
    boolean failed = false;
    for (String endpoint : AskedEndpoints.of(invocation, settings, cluster.value())) {
      try (ClusterChannel channel = settings.connect(List.of(endpoint))) {
        failed |= !defragment(channel, endpoint);
      }
    }
    if (failed) {
      throw Failure.silent(ExitCode.ERROR);
    }
  }

  private boolean defragment(ClusterChannel channel, String endpoint) {
    CallOptions options = Limits.commandTimeout(invocation).left();
    long start = System.nanoTime();
    try {
      request(channel, options);
      invocation
          .out()
          .line("Finished defragmenting etcd member[" + endpoint + "]. took " + since(start))
          .flush();
      return true;
    } catch (StatusException e) {
      invocation
          .err()
          .line(
              "Failed to defragment etcd member["
                  + endpoint
                  + "]. took "
                  + since(start)
                  + ". ("
                  + EtcdException.text(e.status())
                  + ")")
          .flush();
      return false;
    }
  }

  /** Defragments the one member of a channel. */
  public static void request(ClusterChannel channel, CallOptions options) {
    channel.unary("/etcdserverpb.Maintenance/Defragment", new byte[0], options);
  }

  private static String since(long startNanos) {
    return GoDuration.format(System.nanoTime() - startNanos);
  }
}
