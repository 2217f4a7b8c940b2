package io.quorate.etcdctl.lease;

import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.Client;
import io.quorate.client.KeepAliveListener;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.output.Hex;
import io.quorate.etcdctl.output.Mode;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.LinkedBlockingQueue;

/** {@code lease keep-alive}. */
public final class KeepAliveCommand extends EtcdctlCommand {
  private final Flag.Bool once = flags().bool("once", false, "renew it once, and end");

  public KeepAliveCommand(Invocation invocation) {
    super(invocation, "keep-alive [options] <leaseID>", "Renews a lease again and again");
  }

  /** Hands what it hears to the thread that prints; an empty one is the end. */
  private static final class Renewals implements KeepAliveListener {
    final LinkedBlockingQueue<Optional<byte[]>> heard = new LinkedBlockingQueue<>();

    @Override
    public void renewed(LeaseKeepAliveResponse response) {
      heard.add(Optional.of(response.toByteArray()));
    }

    @Override
    public void lost() {
      heard.add(Optional.empty());
    }
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("lease keep-alive command needs lease ID as argument");
    }
    long id = LeaseId.parse(arguments.getFirst());
    Client client = Client.on(invocation.connect(this));
    if (once.value()) {
      invocation.show(GrantedAnswer.renewed(client.lease().keepAliveOnce(id).toByteArray()));
      return;
    }
    Renewals renewals = new Renewals();
    client.lease().keepAlive(id, renewals);
    try {
      for (var next = renewals.heard.take(); next.isPresent(); next = renewals.heard.take()) {
        invocation.show(GrantedAnswer.renewed(next.get()));
        invocation.out().flush();
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    if (invocation.mode() == Mode.SIMPLE) {
      invocation.out().line("lease " + Hex.signed(id) + " expired or revoked.");
    }
  }

  @Override
  protected Failure refused(String reason) {
    return new Failure(ExitCode.BAD_CONNECTION, reason);
  }
}
