package io.quorate.client;

import io.quorate.rpc.Channel;
import io.quorate.rpc.socket.EndpointChannel;
import io.quorate.rpc.tls.TlsClient;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

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
  private final Channel channel;
  private final boolean ownsChannel;
  private final Calls calls;
  private final Watch watch;
  private final Lease lease;
  private final Maintenance maintenance;

  private Client(
      Channel channel, boolean ownsChannel, int endpoints, ClientOptions options, Dialer dialer) {
    this.channel = channel;
    this.ownsChannel = ownsChannel;
    this.calls = new Calls(channel, endpoints, options);
    this.watch = new Watch(calls);
    this.lease = new Lease(calls);
    this.maintenance = new Maintenance(calls, dialer);
  }

  /** How one endpoint is reached on its own. */
  @FunctionalInterface
  interface Dialer {
    Channel dial(String endpoint);
  }

  /**
   * Returns at once unless there are credentials, which are tried first.
   *
   * @throws EtcdException if the authentication fails
   */
  public static Client connect(ClientOptions options) {
    Optional<TlsClient> tls = Endpoints.tls(options);
    boolean several = options.endpoints().size() > 1;
    List<EndpointChannel> channels = new ArrayList<>();
    for (String endpoint : options.endpoints()) {
      channels.add(Endpoints.channel(Endpoints.parse(endpoint), options, tls, several));
    }
    Channel channel = several ? new RoundRobin(channels) : channels.getFirst();
    Client client =
        new Client(
            channel,
            true,
            channels.size(),
            options,
            endpoint -> Endpoints.channel(Endpoints.parse(endpoint), options, tls, false));
    boolean done = false;
    try {
      client.calls.authenticateFirst();
      done = true;
    } finally {
      if (!done) {
        client.close();
      }
    }
    return client;
  }

  /** A client of services in this process. The channel stays open when the client is closed. */
  public static Client over(Channel channel, ClientOptions options) {
    Client client = new Client(channel, false, 1, options, endpoint -> new Borrowed(channel));
    client.calls.authenticateFirst();
    return client;
  }

  public Kv kv() {
    return new Kv(calls, calls.options().requestTimeout());
  }

  public Watch watch() {
    return watch;
  }

  public Lease lease() {
    return lease;
  }

  public Cluster cluster() {
    return new Cluster(calls);
  }

  public Maintenance maintenance() {
    return maintenance;
  }

  /** Ends watches and keep-alives, then the connections. */
  @Override
  public void close() {
    watch.close();
    lease.close();
    if (ownsChannel) {
      channel.close();
    }
  }
}
