package io.quorate.etcdctl.member;

import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.IdArgument;
import java.util.List;

/** {@code member promote} and {@code member remove}: what needs nothing but the id of a member. */
public final class MemberById extends EtcdctlCommand {
  private static final int ID = 1;

  private final String description;
  private final String method;
  private final String done;

  private MemberById(
      Invocation invocation,
      String use,
      String summary,
      String description,
      String method,
      String done) {
    super(invocation, use, summary);
    this.description = description;
    this.method = method;
    this.done = done;
  }

  public static MemberById promote(Invocation invocation) {
    return new MemberById(
        invocation,
        "promote <memberID>",
        "Makes a learner a voting member",
        "The learner must have caught up with the leader.",
        "/etcdserverpb.Cluster/MemberPromote",
        "promoted in");
  }

  public static MemberById remove(Invocation invocation) {
    return new MemberById(
        invocation,
        "remove <memberID>",
        "Removes a member from the cluster",
        "",
        "/etcdserverpb.Cluster/MemberRemove",
        "removed from");
  }

  @Override
  public String description() {
    return description;
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    long id = IdArgument.only(arguments);
    ClusterChannel cluster = invocation.connect(this);
    byte[] request = new ProtoWriter().number(ID, id).toBytes();
    invocation.show(MembersAnswer.changed(cluster.unary(method, request, limits.left()), id, done));
  }
}
