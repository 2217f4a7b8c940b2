package io.quorate.etcdctl.endpoint;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.etcdctl.maintenance.Alarms;
import io.quorate.gotext.GoDuration;
import io.quorate.gotext.RawText;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.StatusException;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.LinkedBlockingQueue;

/** {@code endpoint health}: all at once, shown in the order in which they answered. */
public final class Health extends EtcdctlCommand {
  private static final int KEY = 1;
  private static final String PERMISSION_DENIED = "etcdserver: permission denied";

  private final Flag.Bool cluster;

  public Health(Invocation invocation, Flag.Bool cluster) {
    super(invocation, "health", "Checks whether the members can do their work");
    this.cluster = cluster;
  }

  /**
   * How one endpoint is.
   *
   * @param took how long the proposal took; empty if there was none
   * @param error empty if it is healthy
   */
  record Result(String endpoint, String took, String error) {
    boolean isHealthy() {
      return error.isEmpty();
    }
  }

  @Override
  protected void execute(List<String> arguments) {
    ConnectionSettings usual = invocation.settings(this);
    List<String> endpoints = AskedEndpoints.of(invocation, usual, cluster.value());
    ConnectionSettings settings = usual.loggingAs("client");
    LinkedBlockingQueue<Result> done = new LinkedBlockingQueue<>();
    for (String endpoint : endpoints) {
      new Thread(() -> done.add(check(settings, endpoint)), "health of " + endpoint).start();
    }
    List<Result> results = new ArrayList<>();
    boolean healthy = true;
    try {
      while (results.size() < endpoints.size()) {
        Result result = done.take();
        healthy &= result.isHealthy();
        results.add(result);
      }
    } catch (InterruptedException _) {
      Thread.currentThread().interrupt();
    }
    invocation.show(new HealthAnswer(results, invocation.err()));
    if (!healthy) {
      throw new Failure(ExitCode.ERROR, "unhealthy cluster");
    }
  }

  private Result check(ConnectionSettings settings, String endpoint) {
    try (ClusterChannel channel = settings.connect(List.of(endpoint))) {
      CallOptions options = Limits.commandTimeout(invocation).left();
      long start = System.nanoTime();
      String error = propose(channel, options);
      String took = GoDuration.format(System.nanoTime() - start);
      return new Result(endpoint, took, error.isEmpty() ? alarms(channel, options) : error);
    } catch (RuntimeException e) { // whatever it is: the result of this thread is waited for
      return new Result(endpoint, "", String.valueOf(e.getMessage()));
    }
  }

  /** A linearizable read; not to be allowed to is a sign of health too. */
  private static String propose(ClusterChannel channel, CallOptions options) {
    try {
      byte[] request = new ProtoWriter().bytes(KEY, RawText.bytes("health")).toBytes();
      channel.unary("/etcdserverpb.KV/Range", request, options);
      return "";
    } catch (StatusException e) {
      String text = EtcdException.text(e.status());
      return text.equals(PERMISSION_DENIED) ? "" : text;
    }
  }

  private static String alarms(ClusterChannel channel, CallOptions options) {
    try {
      Alarms alarms = Alarms.list(channel, options);
      if (alarms.all().isEmpty()) {
        return "";
      }
      StringBuilder text = new StringBuilder("Active Alarm(s): ");
      for (Alarms.Alarm alarm : alarms.all()) {
        text.append(alarm.isKnown() ? alarm.typeName() : "UNKNOWN").append(' ');
      }
      return text.toString();
    } catch (StatusException _) {
      return "Unable to fetch the alarm list";
    }
  }
}
