package io.quorate.etcdctl.member;

import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.IdArgument;
import java.util.List;

/** {@code member remove}. */
final class Remove extends EtcdctlCommand {
  private static final int ID = 1;

  Remove(Invocation invocation) {
    super(invocation, "remove <memberID>", "Removes a member from the cluster");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    long id = IdArgument.only(arguments);
    ClusterChannel cluster = invocation.connect(this);
    byte[] request = new ProtoWriter().number(ID, id).toBytes();
    invocation.show(
        MembersAnswer.changed(
            cluster.unary("/etcdserverpb.Cluster/MemberRemove", request, limits.left()),
            id,
            "removed from"));
  }
}
