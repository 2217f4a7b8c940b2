package io.quorate.etcdctl.check;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.client.wire.ProtoReader;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.maintenance.Defrag;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.message.KeyPrefix;
import io.quorate.gotext.RawText;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.StatusException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** What the checks have in common: keys under a prefix, which must be free, and is again after. */
abstract class CheckCommand extends EtcdctlCommand {
  private static final Duration CLEANING_LIMIT = Duration.ofSeconds(30);
  private static final int KEY = 1;
  private static final int RANGE_END = 2;

  private final Flag.Bool autoCompact =
      flags().bool("auto-compact", false, "compact the history when the check is over");
  private final Flag.Bool autoDefrag =
      flags().bool("auto-defrag", false, "defragment the members when the check is over");
  private final Flag.Text prefix;

  CheckCommand(Invocation invocation, String use, String summary, String prefix) {
    super(invocation, use, summary);
    this.prefix = flags().text("prefix", prefix, "what the keys of the check begin with");
  }

  final String prefix() {
    return prefix.value();
  }

  /**
   * Refuses a prefix that is in use.
   *
   * @param quote what stands around the command that would free it
   */
  final void requireFree(ClusterChannel cluster, String quote, CallOptions options) {
    ProtoReader response =
        new ProtoReader(
            cluster.unary("/etcdserverpb.KV/Range", range().number(3, 1).toBytes(), options));
    while (response.next()) {
      if (response.number() == 2) {
        throw new Failure(
            ExitCode.INVALID_INPUT,
            "prefix \""
                + prefix()
                + "\" has keys. Delete with "
                + quote
                + "etcdctl del --prefix "
                + prefix()
                + quote
                + " first");
      }
    }
  }

  private ProtoWriter range() {
    byte[] start = RawText.bytes(prefix());
    byte[] end = KeyPrefix.end(start);
    return new ProtoWriter()
        .bytes(KEY, start.length == 0 ? new byte[1] : start)
        .bytes(RANGE_END, end);
  }

  /** Clients that share nothing. */
  final List<ClusterChannel> connect(int count) {
    ConnectionSettings settings = invocation.settings(this);
    List<ClusterChannel> clients = new ArrayList<>(count);
    for (int i = 0; i < count; i++) {
      clients.add(settings.connect(settings.endpoints()));
    }
    return clients;
  }

  static Statistics run(
      Load load, int perSecond, long seconds, long total, Load.Progress progress) {
    try {
      return load.run(perSecond, seconds, total, progress);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new Failure(ExitCode.ERROR, "context canceled");
    }
  }

  /**
   * Deletes the keys, then compacts and defragments as far as it was asked to.
   *
   * @throws Failure without a line of its own; what is wrong has been printed
   */
  final void cleanUp(ClusterChannel cluster) {
    long revision;
    try {
      revision =
          Header.of(cluster.unary("/etcdserverpb.KV/DeleteRange", range().toBytes(), cleaning()))
              .revision();
    } catch (StatusException e) {
      say(
          "FAIL: Cleanup failed during key deletion: ERROR("
              + EtcdException.text(e.status())
              + ")");
      throw Failure.silent(ExitCode.ERROR);
    }
    if (autoCompact.value()) {
      say("Compacting with revision " + revision);
      byte[] request = new ProtoWriter().number(1, revision).flag(2, true).toBytes();
      cluster.unary("/etcdserverpb.KV/Compact", request, cleaning());
      say("Compacted with revision " + revision);
    }
    if (autoDefrag.value()) {
      for (String endpoint : cluster.options().endpoints()) {
        say("Defragmenting \"" + endpoint + "\"");
        try (ClusterChannel one = cluster.at(endpoint)) {
          Defrag.request(one, cleaning());
        }
        say("Defragmented \"" + endpoint + "\"");
      }
    }
  }

  private static CallOptions cleaning() {
    return CallOptions.DEFAULT.withDeadlineAfter(CLEANING_LIMIT);
  }

  /** Prints the errors; whether there were any. */
  final boolean sayErrors(Statistics statistics) {
    if (statistics.errors().isEmpty()) {
      return false;
    }
    say("FAIL: too many errors");
    for (Map.Entry<String, Integer> error : statistics.errors().entrySet()) {
      say("FAIL: ERROR(" + error.getKey() + ") -> " + error.getValue());
    }
    return true;
  }

  final void say(String line) {
    invocation.out().line(line).flush();
  }
}
