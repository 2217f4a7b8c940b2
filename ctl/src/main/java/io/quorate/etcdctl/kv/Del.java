package io.quorate.etcdctl.kv;

import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code del} (spec/ctl.md 4.3). */
public final class Del extends EtcdctlCommand {
  static final String USE = "del [options] <key> [range_end]";
  static final String SUMMARY = "Deletes a key or a range of keys";

  private final DeleteRequest request = new DeleteRequest(flags());

  public Del(Invocation invocation) {
    super(invocation, USE, SUMMARY);
  }

  @Override
  protected void execute(List<String> arguments) {
    byte[] question = request.bytes(arguments, invocation.err());
    Limits limits = Limits.commandTimeout(invocation);
    ClusterChannel cluster = invocation.connect(this);
    invocation.show(
        new DelAnswer(cluster.unary("/etcdserverpb.KV/DeleteRange", question, limits.left())));
  }
}
