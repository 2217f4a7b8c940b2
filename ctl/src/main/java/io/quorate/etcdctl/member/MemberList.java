package io.quorate.etcdctl.member;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.rpc.CallOptions;
import java.util.ArrayList;
import java.util.List;

/** {@code member list}, and what else asks for the members. */
public final class MemberList extends EtcdctlCommand {
  private static final int LINEARIZABLE = 1;

  private final Flag.Text consistency =
      flags().text("consistency", "l", "Linearizable(l) or Serializable(s)");

  public MemberList(Invocation invocation) {
    super(invocation, "list", "Lists all members in the cluster");
  }

  @Override
  public String description() {
    return """
    Lists the members of the cluster.

    In the simple mode the columns are ID, status, name, peer addresses, client addresses, and\
     whether it is a learner.\
    """;
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    if (!consistency.value().equals("l") && !consistency.value().equals("s")) {
      // The original shows the default of the flag that `get` has.
      throw new Failure(ExitCode.BAD_FEATURE, "unknown consistency flag \"l\"");
    }
    ClusterChannel cluster = invocation.connect(this);
    boolean linearizable = consistency.value().equals("l");
    invocation.show(new ListAnswer(ask(cluster, linearizable, limits.left())));
  }

  private static byte[] ask(ClusterChannel cluster, boolean linearizable, CallOptions options) {
    return cluster.unary(
        "/etcdserverpb.Cluster/MemberList",
        new ProtoWriter().flag(LINEARIZABLE, linearizable).toBytes(),
        options);
  }

  /** Where clients reach the members, as a majority knows them. */
  public static List<String> clientUrls(ClusterChannel cluster, CallOptions options) {
    List<String> urls = new ArrayList<>();
    for (Member member : new ListAnswer(ask(cluster, true, options)).members()) {
      urls.addAll(member.clientUrls());
    }
    return urls;
  }
}
