package io.quorate.etcdctl.endpoint;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.output.Answer;
import io.quorate.rpc.CallOptions;
import java.util.List;

/** {@code endpoint hashkv}. */
public final class HashKv extends PerEndpoint {
  private static final int REVISION = 1;

  private final Flag.Int revision =
      flags().int64("rev", 0, "the latest revision that counts (0 for the newest)");

  public HashKv(Invocation invocation, Flag.Bool cluster) {
    super(invocation, cluster, "hashkv", "Shows a hash of the history that members keep");
  }

  @Override
  byte[] ask(ClusterChannel channel, CallOptions options) {
    return channel.unary(
        "/etcdserverpb.Maintenance/HashKV",
        new ProtoWriter().number(REVISION, revision.value()).toBytes(),
        options);
  }

  @Override
  String what() {
    return "hash";
  }

  @Override
  Answer answer(List<Response> responses) {
    return new HashKvAnswer(responses);
  }

  @Override
  Failure failed(String lastError) {
    return new Failure(ExitCode.ERROR, lastError);
  }
}
