package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.Output;
import io.quorate.client.ClusterChannel;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.Mode;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * One run of etcdctl: its streams and environment, the global flags, the way to the cluster, and
 * how answers are shown.
 */
public final class Invocation implements AutoCloseable {
  private final List<String> words;
  private final InputStream in;
  private final Output out;
  private final Output err;
  private final Map<String, String> environment;
  private final GlobalFlags global = new GlobalFlags();
  private final List<ClusterChannel> channels = new ArrayList<>(1); // guarded by itself
  private Mode mode = Mode.SIMPLE;
  private volatile boolean ended;

  /**
   * @param words the command line, for those that must see it as it was
   */
  public Invocation(
      List<String> words, InputStream in, Output out, Output err, Map<String, String> environment) {
    this.words = words;
    this.in = in;
    this.out = out;
    this.err = err;
    this.environment = environment;
  }

  public List<String> words() {
    return words;
  }

  public InputStream in() {
    return in;
  }

  public Output out() {
    return out;
  }

  public Output err() {
    return err;
  }

  public Map<String, String> environment() {
    return environment;
  }

  public GlobalFlags global() {
    return global;
  }

  /** The connection to the cluster that flags and environment name; credentials are tried. */
  public ClusterChannel connect(Command command) {
    ConnectionSettings settings = settings(command);
    return settings.connect(settings.endpoints());
  }

  /**
   * All that must be known before a connection, looked at in the original's order: environment,
   * discovery, empty TLS flags, credentials (which may be asked for), output mode.
   *
   * @throws io.quorate.cli.command.Failure where any of that is wrong
   */
  public ConnectionSettings settings(Command command) {
    ConnectionSettings settings = ConnectionSettings.read(this, command);
    mode = Mode.of(global.writeOut.value());
    return settings;
  }

  /** The output mode; known after {@link #connect} or {@link #settings}. */
  public Mode mode() {
    return mode;
  }

  /** Prints {@code answer} in the mode that the user chose. */
  public void show(Answer answer) {
    mode.show(answer, out, global.isHex());
  }

  void closeAtEnd(ClusterChannel channel) {
    synchronized (channels) {
      channels.add(channel);
    }
  }

  /** Whether the command is over: what its connections have to say now concerns nobody. */
  public boolean isEnded() {
    return ended;
  }

  /**
   * Closes the connections that commands have left open. A thread that still read from one would
   * hold up the JVM's exit for 300 ms.
   */
  @Override
  public void close() {
    ended = true;
    synchronized (channels) {
      for (ClusterChannel channel : channels) {
        channel.close();
      }
    }
  }
}
