package io.quorate.etcdctl.member;

import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;
import java.util.Locale;

/** {@code member add}. */
public final class Add extends EtcdctlCommand {
  private static final int PEER_URLS = 1;
  private static final int IS_LEARNER = 2;

  private final Flag.Bool learner =
      flags().bool("learner", false, "whether the new member is a raft learner");
  private final Flag.Text peerUrls =
      flags().text("peer-urls", "", "the new member's peer URLs, comma separated");

  public Add(Invocation invocation) {
    super(invocation, "add <memberName> [options]", "Adds a member to the cluster");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    if (arguments.isEmpty()) {
      throw Failure.badArguments("member name not provided");
    }
    if (arguments.size() > 1) {
      StringBuilder text = new StringBuilder("too many arguments");
      for (String argument : arguments) {
        if (argument.toLowerCase(Locale.ROOT).startsWith("http")) {
          text.append(", did you mean --peer-urls=").append(argument);
        }
      }
      throw Failure.badArguments(text.toString());
    }
    PeerUrls.require(peerUrls.value());
    ClusterChannel cluster = invocation.connect(this);
    byte[] request =
        PeerUrls.write(new ProtoWriter(), PEER_URLS, peerUrls.value())
            .flag(IS_LEARNER, learner.value())
            .toBytes();
    invocation.show(
        new AddAnswer(
            cluster.unary("/etcdserverpb.Cluster/MemberAdd", request, limits.left()),
            arguments.getFirst(),
            peerUrls.value()));
  }
}
