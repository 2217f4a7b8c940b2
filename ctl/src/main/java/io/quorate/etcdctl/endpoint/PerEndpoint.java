package io.quorate.etcdctl.endpoint;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.output.Answer;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.StatusException;
import java.util.ArrayList;
import java.util.List;

/** Asks one endpoint after the other, passes over those that fail, and shows what the rest said. */
abstract class PerEndpoint extends EtcdctlCommand {
  private final Flag.Bool cluster;

  PerEndpoint(Invocation invocation, Flag.Bool cluster, String use, String summary) {
    super(invocation, use, summary);
    this.cluster = cluster;
  }

  /** What an endpoint answered. */
  record Response(String endpoint, byte[] bytes) {}

  @Override
  protected final void execute(List<String> arguments) {
    ConnectionSettings settings = invocation.settings(this);
    List<Response> responses = new ArrayList<>();
    String lastError = "";
    for (String endpoint : AskedEndpoints.of(invocation, settings, cluster.value())) {
      try (ClusterChannel channel = settings.connect(List.of(endpoint))) {
        CallOptions options = Limits.commandTimeout(invocation).left();
        responses.add(new Response(endpoint, ask(channel, options)));
      } catch (StatusException e) {
        lastError = EtcdException.text(e.status());
        invocation
            .err()
            .line(
                "Failed to get the "
                    + what()
                    + " of endpoint "
                    + endpoint
                    + " ("
                    + lastError
                    + ")");
        invocation.err().flush();
      }
    }
    invocation.show(answer(responses));
    if (!lastError.isEmpty()) {
      throw failed(lastError);
    }
  }

  abstract byte[] ask(ClusterChannel channel, CallOptions options);

  /** What is asked for, in a line about a failure. */
  abstract String what();

  abstract Answer answer(List<Response> responses);

  /** The end after some endpoint has failed. */
  Failure failed(String lastError) {
    return Failure.silent(ExitCode.ERROR);
  }
}
