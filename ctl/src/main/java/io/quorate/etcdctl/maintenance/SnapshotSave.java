package io.quorate.etcdctl.maintenance;

import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.client.SnapshotFile;
import io.quorate.etcdctl.ClientLog;
import io.quorate.etcdctl.ConnectionSettings;
import io.quorate.etcdctl.EtcdctlCommand;
import io.quorate.etcdctl.Invocation;
import io.quorate.etcdctl.Limits;
import io.quorate.gotext.GoBytes;
import io.quorate.gotext.GoDuration;
import io.quorate.rpc.Code;
import io.quorate.rpc.StatusException;
import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.util.List;

/** {@code snapshot save} (spec/ctl.md 5.4). */
public final class SnapshotSave extends EtcdctlCommand {
  /** Command lines for the help page. */
  public static final String EXAMPLES =
      """
        # the database of the member at the default endpoint
        etcdctl snapshot save /backup/etcd.db

        # of another member, with TLS and a user
        etcdctl --endpoints=https://10.0.0.1:2379 --cacert=ca.crt --user=root:secret \
      snapshot save /backup/etcd.db

        # with a limit of time, under a name of today
        etcdctl --command-timeout=1m snapshot save /backup/etcd-$(date +%Y%m%d).db\
      """;

  public SnapshotSave(Invocation invocation) {
    super(invocation, "save <filename>", "Saves the database of a member in a file");
  }

  @Override
  public String examples() {
    return EXAMPLES;
  }

  @Override
  protected void execute(List<String> arguments) {
    if (arguments.size() != 1) {
      throw Failure.badArguments("snapshot save expects one argument <filename>");
    }
    ConnectionSettings settings = invocation.settings(this).loggingAs("client");
    List<String> endpoints = settings.endpoints();
    if (endpoints.size() != 1) {
      throw new Failure(
          ExitCode.INTERRUPTED,
          "snapshot must be requested to one selected node, not multiple ["
              + String.join(" ", endpoints)
              + "]");
    }
    String file = arguments.getFirst();
    Path path = path(file);
    Progress progress = new Progress(endpoints.getFirst());
    try (ClusterChannel channel = connect(settings)) {
      SnapshotFile.Saved saved =
          new SnapshotFile(channel, Limits.ifGiven(invocation)).save(path, progress);
      invocation.out().line("Snapshot saved at " + file);
      if (!saved.version().isEmpty()) {
        invocation.out().line("Server version " + saved.version());
      }
    } catch (SnapshotFile.NotSaved e) {
      throw new Failure(ExitCode.INTERRUPTED, String.valueOf(e.getMessage()));
    } catch (StatusException e) {
      throw new Failure(ExitCode.INTERRUPTED, progress.text(e));
    }
  }

  private static ClusterChannel connect(ConnectionSettings settings) {
    try {
      return settings.connect(settings.endpoints());
    } catch (Failure e) {
      throw new Failure(ExitCode.INTERRUPTED, String.valueOf(e.getMessage()));
    }
  }

  /** The JVM opens no file whose name is not UTF-8. */
  private static Path path(String file) {
    try {
      return Path.of(file);
    } catch (InvalidPathException _) {
      throw new Failure(
          ExitCode.INTERRUPTED,
          "could not open " + file + ".part (open " + file + ".part: the name is not UTF-8)");
    }
  }

  /** Its log lines, whose loggers differ as the original's do. */
  private final class Progress implements SnapshotFile.Progress {
    private final ClientLog plain = new ClientLog(invocation.err(), "");
    private final ClientLog client = new ClientLog(invocation.err(), "client");
    private final String endpoint;
    private boolean reached;

    Progress(String endpoint) {
      this.endpoint = endpoint;
    }

    @Override
    public void created(Path part) {
      plain.write("info", "created temporary db file", "path", part);
    }

    @Override
    public void opened() {
      client.write("info", "opened snapshot stream; downloading");
    }

    @Override
    public void fetching() {
      plain.write("info", "fetching snapshot", "endpoint", endpoint);
    }

    @Override
    public void received() {
      client.write("info", "completed snapshot read; closing");
    }

    @Override
    public void fetched(SnapshotFile.Saved saved) {
      plain.write(
          "info",
          "fetched snapshot",
          "endpoint",
          endpoint,
          "size",
          GoBytes.format(saved.sizeBytes()),
          "took",
          GoDuration.format(saved.took()),
          "etcd-version",
          saved.version());
    }

    @Override
    public void saved(Path file) {
      plain.write("info", "saved", "path", file);
    }

    @Override
    public void brokeOff(boolean reached, StatusException why) {
      this.reached = reached;
      if (!reached && why.status().code() == Code.DEADLINE_EXCEEDED) {
        client.write(
            "error",
            "streamer failed to create ClientStream",
            "error",
            String.valueOf(why.getMessage()));
        return;
      }
      client.write(
          "warn",
          "failed to receive from snapshot stream; closing",
          "error",
          String.valueOf(why.getMessage()));
    }

    /**
     * What broke the stream off keeps its gRPC prefix, unless our limit did before there was one.
     */
    private String text(StatusException e) {
      String text = EtcdException.text(e.status());
      return text.startsWith("context ") && !reached ? text : String.valueOf(e.getMessage());
    }
  }
}
