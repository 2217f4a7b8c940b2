package io.quorate.client;

import io.quorate.rpc.Channel;
import io.quorate.rpc.StatusException;

/**
 * A connection to an etcd cluster. Safe for any number of threads; one client is enough for a
 * program. Calls wait in their caller's thread and throw {@link EtcdException}.
 *
 * <pre>{@code
 * try (Client client = Client.connect(ClientOptions.of("127.0.0.1:2379"))) {
 *   client.kv().put("greeting", "hello");
 * }
 * }</pre>
 */
public final class Client implements AutoCloseable {
  private final ClusterChannel channel;
  private final Messages calls;
  private final Watch watch;
  private final Lease lease;

  private Client(ClusterChannel channel) {
    this.channel = channel;
    this.calls = new Messages(channel, channel.options().requestTimeout());
    this.watch = new Watch(calls);
    this.lease = new Lease(calls);
  }

  /**
   * Returns at once unless there are credentials, which are tried first.
   *
   * @throws EtcdException if the authentication fails
   */
  public static Client connect(ClientOptions options) {
    try {
      return new Client(ClusterChannel.connect(options));
    } catch (StatusException e) {
      throw new EtcdException(e.status());
    }
  }

  /** A client of services in this process. The channel stays open when the client is closed. */
  public static Client over(Channel channel, ClientOptions options) {
    try {
      return new Client(ClusterChannel.over(channel, options));
    } catch (StatusException e) {
      throw new EtcdException(e.status());
    }
  }

  /** A client on a channel that exists already, and that it closes with itself. */
  public static Client on(ClusterChannel channel) {
    return new Client(channel);
  }

  public Kv kv() {
    return new Kv(calls);
  }

  public Watch watch() {
    return watch;
  }

  public Lease lease() {
    return lease;
  }

  public Auth auth() {
    return new Auth(calls);
  }

  public Cluster cluster() {
    return new Cluster(calls);
  }

  public Maintenance maintenance() {
    return new Maintenance(calls);
  }

  /** Ends watches and keep-alives, then the connections. */
  @Override
  public void close() {
    watch.close();
    lease.close();
    channel.close();
  }
}
