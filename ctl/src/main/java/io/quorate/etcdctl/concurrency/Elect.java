package io.quorate.etcdctl.concurrency;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.Client;
import io.quorate.client.ClusterChannel;
import io.quorate.client.recipes.Election;
import io.quorate.client.recipes.RecipeException;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.kv.GetAnswer;
import io.quorate.gotext.RawText;
import io.quorate.rpc.StatusException;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** {@code elect} (spec/ctl.md 6.2). */
public final class Elect extends EtcdctlCommand {
  private final Flag.Bool listen =
      flags().bool("listen", "l", false, "watch the election, and be no candidate");

  public Elect(Invocation invocation) {
    super(
        invocation,
        "elect <election-name> [proposal]",
        "Is a candidate in an election, or watches it");
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.isEmpty() || arguments.size() > 2) {
      throw Failure.badArguments(
          "elect takes one election name argument and an optional proposal argument");
    }
    ByteString name = ByteString.copyFrom(RawText.bytes(arguments.getFirst()));
    if (listen.value()) {
      if (arguments.size() > 1) {
        throw Failure.badArguments("proposal given but -l is set");
      }
      observe(name);
      return;
    }
    if (arguments.size() == 1) {
      throw Failure.badArguments("no proposal argument but -l not set");
    }
    campaign(name, ByteString.copyFrom(RawText.bytes(arguments.get(1))));
  }

  private void campaign(ByteString name, ByteString proposal) {
    ClusterChannel cluster = invocation.connect(this);
    Session session = Session.open(invocation, Client.on(cluster), Session.DEFAULT_TTL_SECONDS);
    EndBySignal signal = EndBySignal.ofThisThread();
    Election election = new Election(cluster, name);
    Election.Leadership won;
    try {
      won = election.campaign(session.lease(), proposal);
    } catch (RecipeException e) {
      throw new Failure(ExitCode.ERROR, String.valueOf(e.getMessage()));
    }
    invocation.show(GetAnswer.ofKey(cluster, won.key().toByteArray()));
    invocation.out().flush();
    session.holdUntil(
        signal, () -> election.resign(won.key(), won.revision()), "elect: session expired");
  }

  private void observe(ByteString name) {
    ClusterChannel cluster = invocation.connect(this);
    EndBySignal signal = EndBySignal.ofThisThread();
    try {
      new Election(cluster, name).observe(new Lines());
    } catch (StatusException _) {
      if (signal.isWished()) {
        return;
      }
    }
    throw new Failure(ExitCode.ERROR, "elect: observer lost");
  }

  /** Shows each leader as a {@code get} of his key would. */
  private final class Lines implements Election.Observer {
    private @Nullable ByteString shown;

    @Override
    public void leader(ResponseHeader header, KeyValue keyValue, boolean isRead) {
      // The original counts what it has read, and that from a leader's second line on.
      boolean counted = isRead && keyValue.getKey().equals(shown) && keyValue.getVersion() > 1;
      shown = keyValue.getKey();
      RangeResponse response =
          RangeResponse.newBuilder()
              .setHeader(header)
              .addKvs(keyValue)
              .setCount(counted ? 1 : 0)
              .build();
      invocation.show(new GetAnswer(response.toByteArray(), false));
      invocation.out().flush();
    }
  }
}
