package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.gotext.RawText;
import java.util.List;

/** {@code downgrade validate}, {@code downgrade enable} and {@code downgrade cancel}. */
public final class Downgrade extends EtcdctlCommand {
  private static final int ACTION = 1;
  private static final int VERSION = 2;

  private static final int VALIDATE = 0;
  private static final int ENABLE = 1;
  private static final int CANCEL = 2;

  private final int action;

  private Downgrade(Invocation invocation, String use, String summary, int action) {
    super(invocation, use, summary);
    this.action = action;
  }

  public static Downgrade validate(Invocation invocation) {
    return new Downgrade(
        invocation,
        "validate <TARGET_VERSION>",
        "Tells whether the cluster could go back to a version",
        VALIDATE);
  }

  public static Downgrade enable(Invocation invocation) {
    return new Downgrade(
        invocation, "enable <TARGET_VERSION>", "Lets members of an older version in", ENABLE);
  }

  public static Downgrade cancel(Invocation invocation) {
    return new Downgrade(invocation, "cancel", "Ends a downgrade that was enabled", CANCEL);
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    ProtoWriter request = new ProtoWriter().number(ACTION, action);
    // What stands behind "cancel" is passed over (spec/ctl.md 5.3).
    if (action != CANCEL) {
      request.bytes(VERSION, RawText.bytes(target(arguments)));
    }
    ClusterChannel cluster = invocation.connect(this);
    byte[] response =
        cluster.unary("/etcdserverpb.Maintenance/Downgrade", request.toBytes(), limits.left());
    invocation.show(new DowngradeAnswer(response, name()));
  }

  private static String target(List<String> arguments) {
    if (arguments.isEmpty()) {
      throw Failure.badArguments("TARGET_VERSION not provided");
    }
    if (arguments.size() > 1) {
      throw Failure.badArguments("too many arguments");
    }
    if (arguments.getFirst().isEmpty()) {
      throw Failure.badArguments("target version not provided");
    }
    return arguments.getFirst();
  }
}
