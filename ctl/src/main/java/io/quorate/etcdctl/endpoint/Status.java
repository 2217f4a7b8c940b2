package io.quorate.etcdctl.endpoint;

import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.message.StatusResponse;
import io.quorate.etcdctl.output.Answer;
import io.quorate.rpc.CallOptions;
import java.util.List;

/** {@code endpoint status}. */
public final class Status extends PerEndpoint {
  public Status(Invocation invocation, Flag.Bool cluster) {
    super(invocation, cluster, "status", "Shows how the members fare");
  }

  @Override
  public String description() {
    return """
    Shows the status of the members that --endpoints names.

    In the simple mode the columns are endpoint, ID, version, storage version, db size, in use,\
     percentage not in use, quota, is leader, is learner, raft term, raft index, raft applied\
     index, errors, downgrade target version, downgrade enabled.\
    """;
  }

  @Override
  byte[] ask(ClusterChannel channel, CallOptions options) {
    return StatusResponse.ask(channel, options);
  }

  @Override
  String what() {
    return "status";
  }

  @Override
  Answer answer(List<Response> responses) {
    return new StatusAnswer(responses);
  }
}
