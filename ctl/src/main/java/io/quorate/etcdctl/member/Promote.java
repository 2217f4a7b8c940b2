package io.quorate.etcdctl.member;

import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.IdArgument;
import java.util.List;

/** {@code member promote}. */
final class Promote extends EtcdctlCommand {
  private static final int ID = 1;

  Promote(Invocation invocation) {
    super(invocation, "promote <memberID>", "Makes a learner a voting member");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    long id = IdArgument.only(arguments);
    ClusterChannel cluster = invocation.connect(this);
    byte[] request = new ProtoWriter().number(ID, id).toBytes();
    invocation.show(
        MembersAnswer.changed(
            cluster.unary("/etcdserverpb.Cluster/MemberPromote", request, limits.left()),
            id,
            "promoted in"));
  }
}
