package io.quorate.etcdctl.kv;

import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code del} (spec/ctl.md 4.3). */
public final class Del extends EtcdctlCommand {
  private final DeleteRequest request = new DeleteRequest(flags());

  public Del(Invocation invocation) {
    super(invocation, "del [options] <key> [range_end]", "Deletes a key or a range of keys");
  }

  @Override
  protected void execute(List<String> arguments) {
    Limits limits = Limits.commandTimeout(invocation);
    byte[] question = request.bytes(arguments, invocation.err());
    ClusterChannel cluster = invocation.connect(this);
    invocation.show(
        new DelAnswer(cluster.unary("/etcdserverpb.KV/DeleteRange", question, limits.left())));
  }
}
