package io.quorate.etcdctl.mirror;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.Client;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Prompt;
import java.util.List;

/** {@code make-mirror}. */
public final class MakeMirror extends EtcdctlCommand {
  private static final long DEFAULT_TXN_OPS = 128;

  private final Flag.Text prefix = flags().text("prefix", "", "copy keys that begin so");
  private final Flag.Int rev =
      flags().int64("rev", 0, "copy nothing that was there, only changes from this revision on");
  private final Flag.Int maxTxnOps =
      flags().uint64("max-txn-ops", DEFAULT_TXN_OPS, "most operations in one transaction written");
  private final Flag.Text destPrefix =
      flags().text("dest-prefix", "", "what --prefix becomes at the destination");
  private final Flag.Bool noDestPrefix =
      flags().bool("no-dest-prefix", false, "take --prefix off at the destination");
  private final Flag.Text cert =
      flags().text("dest-cert", "", "file with the TLS certificate shown to the destination");
  private final Flag.Text key =
      flags().text("dest-key", "", "file with the TLS key for the destination");
  private final Flag.Text caCert =
      flags().text("dest-cacert", "", "file with the CA certificates of the destination");
  private final Flag.Bool insecureTransport =
      flags().bool("dest-insecure-transport", true, "connect to the destination without TLS");
  private final Flag.Text user =
      flags().text("dest-user", "", "name[:password] to sign in with at the destination");
  private final Flag.Text password =
      flags().text("dest-password", "", "password to sign in with; --dest-user is the name alone");

  public MakeMirror(Invocation invocation) {
    super(
        invocation,
        "make-mirror [options] <destination>",
        "Copies keys to another cluster, and keeps the copy true");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("make-mirror takes one destination argument");
    }
    ClusterChannel destination =
        ConnectionSettings.connect(invocation, destination(arguments.getFirst()));
    ClusterChannel source = invocation.connect(this);
    if (!destPrefix.value().isEmpty() && noDestPrefix.value()) {
      throw Failure.badArguments(
          "`--dest-prefix` and `--no-dest-prefix` cannot be set at the same time, choose one");
    }
    Mirror mirror =
        new Mirror(
            Client.on(source),
            Client.on(destination),
            prefix.value(),
            Math.max(1, (int) Math.min(maxTxnOps.value(), Integer.MAX_VALUE)));
    Counter counter = Counter.start(mirror, invocation.out());
    try {
      long revision = Math.max(rev.value() - 1, 0);
      String renamed = destPrefix.value();
      if (revision == 0) {
        revision = mirror.currentRevision();
        // With --rev this is passed over, and the prefix is taken off: as the original does.
        if (renamed.isEmpty() && !noDestPrefix.value()) {
          renamed = prefix.value();
        }
        mirror.copy(revision, renamed);
      }
      throw new Failure(ExitCode.ERROR, mirror.follow(revision + 1, renamed));
    } finally {
      counter.stop();
    }
  }

  private ConnectionSettings.Other destination(String endpoint) {
    String name = user.value();
    String secret = password.value();
    if (!name.isEmpty() && secret.isEmpty()) {
      int colon = name.indexOf(':');
      secret =
          colon < 0
              ? Prompt.password(invocation, "Destination Password: ")
              : name.substring(colon + 1);
      name = colon < 0 ? name : name.substring(0, colon);
    }
    return new ConnectionSettings.Other(
        endpoint,
        !insecureTransport.value(),
        cert.value(),
        key.value(),
        caCert.value(),
        name,
        secret);
  }
}
