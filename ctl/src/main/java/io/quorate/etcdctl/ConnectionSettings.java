package io.quorate.etcdctl;

import io.quorate.cli.command.Command;
import io.quorate.cli.command.ExitCode;
import io.quorate.cli.command.Failure;
import io.quorate.cli.command.Flag;
import io.quorate.client.ClientOptions;
import io.quorate.client.ClusterChannel;
import io.quorate.client.EtcdException;
import io.quorate.gotext.GoQuote;
import io.quorate.rpc.StatusException;
import io.quorate.rpc.tls.TlsClient;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Where the cluster is and how it is spoken to (spec/ctl.md 2). */
public final class ConnectionSettings {
  private static final int DEFAULT_SEND_BYTES = 2 * 1024 * 1024;

  private final Invocation invocation;
  private final List<String> endpoints;
  private final String user;
  private final String password;
  private final String logger;

  private ConnectionSettings(
      Invocation invocation, List<String> endpoints, String user, String password, String logger) {
    this.invocation = invocation;
    this.endpoints = endpoints;
    this.user = user;
    this.password = password;
    this.logger = logger;
  }

  static ConnectionSettings read(Invocation invocation, Command command) {
    GlobalFlags global = invocation.global();
    EnvironmentFlags.apply(command, invocation);
    if (global.debug.value()) {
      printFlags(invocation, command);
    }
    List<String> endpoints =
        global.discoverySrv.value().isEmpty() ? List.of() : SrvDiscovery.endpoints(invocation);
    if (endpoints.isEmpty()) {
      endpoints = trimmed(global.endpoints());
    }
    refuseEmpty(global.cert);
    refuseEmpty(global.key);
    refuseEmpty(global.caCert);
    return signedIn(invocation, endpoints, ClientLog.DEFAULT);
  }

  /** Settings with the user's name and password, which may be asked for. */
  private static ConnectionSettings signedIn(
      Invocation invocation, List<String> endpoints, String logger) {
    String user = invocation.global().user.value();
    String password = invocation.global().password.value();
    if (!user.isEmpty() && password.isEmpty()) {
      int colon = user.indexOf(':');
      password = colon < 0 ? Prompt.password(invocation, "Password: ") : user.substring(colon + 1);
      user = colon < 0 ? user : user.substring(0, colon);
    }
    return new ConnectionSettings(invocation, endpoints, user, password, logger);
  }

  private static void printFlags(Invocation invocation, Command command) {
    for (Flag flag : command.inheritedFlags().all()) {
      invocation.err().line(EnvironmentFlags.variable(flag) + "=" + flag.text());
    }
    invocation.err().flush();
  }

  private static List<String> trimmed(List<String> endpoints) {
    List<String> trimmed = new ArrayList<>(endpoints.size());
    for (String endpoint : endpoints) {
      trimmed.add(endpoint.strip());
    }
    return trimmed;
  }

  private static void refuseEmpty(Flag.Text file) {
    if (file.isGiven() && file.value().isEmpty()) {
      throw Failure.badArguments("empty string is passed to --" + file.name() + " option");
    }
  }

  /** The same, but what its connections log comes from a logger of that name. */
  public ConnectionSettings loggingAs(String name) {
    return new ConnectionSettings(invocation, endpoints, user, password, name);
  }

  /** The same, but a password that was asked for is asked for once more. */
  public ConnectionSettings askingAgain() {
    return signedIn(invocation, endpoints, logger);
  }

  /** The endpoints found by discovery, or else given. */
  public List<String> endpoints() {
    return endpoints;
  }

  /**
   * Connects to endpoints of the caller's choice; the credentials, if there are any, are tried.
   *
   * @throws Failure if they are refused, or the settings are no good
   */
  public ClusterChannel connect(List<String> endpoints) {
    return connect(options(endpoints));
  }

  /** Another cluster: its certificates and its user, empty where there are none. */
  public record Other(
      String endpoint,
      boolean tls,
      String cert,
      String key,
      String caCert,
      String user,
      String password) {}

  /**
   * Connects to another cluster, with the patience and limits of the command line; the environment
   * has no say.
   *
   * @throws Failure if it refuses the credentials, or the settings are no good
   */
  public static ClusterChannel connect(Invocation invocation, Other other) {
    List<String> endpoints = List.of(other.endpoint());
    boolean tls =
        other.tls()
            || !other.cert().isEmpty()
            || !other.key().isEmpty()
            || !other.caCert().isEmpty();
    ConnectionSettings settings =
        new ConnectionSettings(
            invocation, endpoints, other.user(), other.password(), ClientLog.DEFAULT);
    Optional<TlsClient.Options> files =
        tls
            ? Optional.of(TlsFiles.read(other.cert(), other.key(), other.caCert(), false))
            : Optional.empty();
    return settings.connect(settings.options(endpoints, files));
  }

  private ClusterChannel connect(ClientOptions options) {
    if (logger.equals(ClientLog.DEFAULT)) {
      ClientLogLevel.complain(invocation.environment(), invocation.err());
    }
    try {
      ClusterChannel channel = ClusterChannel.connect(options);
      invocation.closeAtEnd(channel);
      return channel;
    } catch (StatusException e) {
      throw new Failure(ExitCode.BAD_CONNECTION, EtcdException.text(e.status()));
    }
  }

  private ClientOptions options(List<String> endpoints) {
    GlobalFlags global = invocation.global();
    Optional<TlsClient.Options> tls =
        global.asksForTls() ? Optional.of(TlsFiles.read(global)) : Optional.empty();
    ClientOptions options = options(endpoints, tls);
    if (!global.insecureDiscovery.value() && !global.discoverySrv.value().isEmpty()) {
      options = options.withServerName(global.discoverySrv.value());
    }
    return options;
  }

  private ClientOptions options(List<String> endpoints, Optional<TlsClient.Options> tls) {
    GlobalFlags global = invocation.global();
    if (endpoints.isEmpty()) {
      throw new Failure(ExitCode.BAD_CONNECTION, "etcdclient: no available endpoints");
    }
    refuseEscapes(endpoints.getFirst());
    long send = global.maxRequestBytes.value();
    long receive = global.maxReceiveBytes.value();
    if (receive > 0 && send > receive) {
      throw new Failure(
          ExitCode.BAD_CONNECTION,
          String.format(
              Locale.ROOT,
              "gRPC message recv limit (%d bytes) must be greater than send limit (%d bytes)",
              receive,
              send));
    }
    ClientOptions options =
        ClientOptions.of(endpoints.toArray(new String[0]))
            .withDialTimeout(global.dialTimeout.value())
            .withKeepalive(keepaliveTime(global), global.keepaliveTimeout.value())
            .withLimits(
                (int) (send <= 0 ? DEFAULT_SEND_BYTES : Math.min(send, Integer.MAX_VALUE)),
                (int) (receive <= 0 ? Integer.MAX_VALUE : Math.min(receive, Integer.MAX_VALUE)))
            .withAttempts(new FailedAttempts(invocation, endpoints, logger));
    if (tls.isPresent()) {
      options = options.withTls(tls.get());
    }
    if (!user.isEmpty() && !password.isEmpty()) {
      options = options.withCredentials(user, password);
    }
    return options;
  }

  /** The first endpoint becomes part of a URL, in which a {@code %} must begin an escape. */
  private static void refuseEscapes(String endpoint) {
    String authority = authority(endpoint);
    for (int at = authority.indexOf('%'); at >= 0; at = authority.indexOf('%', at + 1)) {
      String escape = authority.substring(at, Math.min(at + 3, authority.length()));
      if (escape.length() < 3
          || Character.digit(escape.charAt(1), 16) < 0
          || Character.digit(escape.charAt(2), 16) < 0) {
        throw new Failure(
            ExitCode.BAD_CONNECTION,
            "parse "
                + GoQuote.quote("passthrough:///etcd-endpoints://0x0/" + authority)
                + ": invalid URL escape "
                + GoQuote.quote(escape));
      }
    }
  }

  /** What an endpoint is called where it stands for the whole cluster. */
  static String authority(String endpoint) {
    int scheme = endpoint.indexOf("://");
    return scheme < 0 ? endpoint : endpoint.substring(scheme + 3);
  }

  private static Duration keepaliveTime(GlobalFlags global) {
    return global.keepaliveTime.value();
  }
}
