package io.quorate.etcdctl.kv;

import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import java.util.List;

/** {@code put} (spec/ctl.md 4.2). */
public final class Put extends EtcdctlCommand {
  static final String USE = "put [options] <key> <value> (<value> can also be given from stdin)";
  static final String SUMMARY = "Sets a key to a value";

  private final PutRequest request = new PutRequest(flags());

  public Put(Invocation invocation) {
    super(invocation, USE, SUMMARY);
  }

  @Override
  public String description() {
    return """
    Sets a key to a value.

    A value that begins with '-' would be taken for a flag; '--' ends the flags:

    $ put <key> -- <value>
    $ put -- <key> <value>

    Without a value on the command line, and without '--ignore-value', all of stdin is the value:

    $ cat file | put <key>\
    """;
  }

  @Override
  protected void execute(List<String> arguments) {
    byte[] question = request.bytes(arguments, invocation.in());
    Limits limits = Limits.commandTimeout(invocation);
    ClusterChannel cluster = invocation.connect(this);
    invocation.show(new PutAnswer(cluster.unary("/etcdserverpb.KV/Put", question, limits.left())));
  }
}
