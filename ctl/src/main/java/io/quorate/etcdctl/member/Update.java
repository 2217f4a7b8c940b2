package io.quorate.etcdctl.member;

import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.message.IdArgument;
import java.util.List;

/** {@code member update}. */
public final class Update extends EtcdctlCommand {
  private static final int ID = 1;
  private static final int PEER_URLS = 2;

  private final Flag.Text peerUrls =
      flags().text("peer-urls", "", "the member's new peer URLs, comma separated");

  public Update(Invocation invocation) {
    super(invocation, "update <memberID> [options]", "Changes the peer URLs of a member");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    long id = IdArgument.only(arguments);
    PeerUrls.require(peerUrls.value());
    ClusterChannel cluster = invocation.connect(this);
    byte[] request =
        PeerUrls.write(new ProtoWriter().number(ID, id), PEER_URLS, peerUrls.value()).toBytes();
    invocation.show(
        MembersAnswer.changed(
            cluster.unary("/etcdserverpb.Cluster/MemberUpdate", request, limits.left()),
            id,
            "updated in"));
  }
}
