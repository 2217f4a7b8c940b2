package io.quorate.embed.failpoint;

import io.quorate.edge.EdgeListener;
import io.quorate.edge.EdgeOptions;
import io.quorate.edge.EdgeServer;
import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.edge.ListenAddress;
import io.quorate.edge.Listener;
import io.quorate.edge.Serving;
import io.quorate.edge.SocketOptions;
import io.quorate.rpc.Metadata;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import org.slf4j.helpers.NOPLogger;

/**
 * The control of failpoints from outside: {@code GOFAIL_FAILPOINTS} at start, and an HTTP endpoint
 * at {@code GOFAIL_HTTP}. Its answers are gofail's, texts included.
 */
public final class FailpointControl implements HttpHandler, AutoCloseable {
  private static final String HTTP = "GOFAIL_HTTP";
  private static final String FAILPOINTS = "GOFAIL_FAILPOINTS";
  private static final String COUNT = "/count";
  private static final int MAX_BODY_BYTES = 64 * 1024;

  private final NamedFailpoints failpoints;
  private final EdgeServer server;
  private final Listener listener;

  /** Serves on {@code address}. Throws {@link io.quorate.edge.ListenException}. */
  public FailpointControl(NamedFailpoints failpoints, ListenAddress address) {
    this.failpoints = failpoints;
    server =
        new EdgeServer(
            new EdgeOptions(1, "etcd-failpoints-", true, true),
            EdgeListener.NONE,
            NOPLogger.NOP_LOGGER);
    try {
      listener = server.bind(address, new SocketOptions(false));
      listener.serve(Serving.plain().http(this));
    } catch (RuntimeException e) {
      server.close();
      throw e;
    }
  }

  /**
   * The failpoints that {@code environment} asks for; empty if it does not mention any, and then
   * nothing listens. Terms that do not parse are named on {@code err} and left out.
   *
   * @throws FailpointException if the list of terms is none
   * @throws io.quorate.edge.ListenException if the address cannot be had
   */
  public static Optional<NamedFailpoints> fromEnvironment(
      Map<String, String> environment, PrintStream out, PrintStream err) {
    String address = environment.getOrDefault(HTTP, "");
    String terms = environment.getOrDefault(FAILPOINTS, "");
    if (address.isEmpty() && terms.isEmpty()) {
      return Optional.empty();
    }
    var failpoints = new NamedFailpoints(new ProcessEffects(out, err));
    if (!terms.isEmpty()) {
      NamedFailpoints.assignments(terms)
          .forEach((name, chain) -> {
            try {
              failpoints.await(name, chain);
            } catch (FailpointException e) {
              err.println(
                  "failed to enable \"" + name + "=" + chain + "\" (" + e.getMessage() + ")");
            }
          });
    }
    if (!address.isEmpty()) {
      int colon = address.lastIndexOf(':');
      String host = colon <= 0 ? "0.0.0.0" : address.substring(0, colon);
      // Lives as long as the process: faults of the very start and of the end are wanted too.
      var _ =
          new FailpointControl(
              failpoints,
              ListenAddress.tcp(
                  host.replaceAll("[\\[\\]]", ""), Integer.parseInt(address.substring(colon + 1))));
    }
    return Optional.of(failpoints);
  }

  /** Where it is bound, the port resolved. */
  public SocketAddress localAddress() {
    return listener.localAddress();
  }

  @Override
  public void close() {
    server.close();
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    String name = exchange.request().target().substring(1);
    switch (exchange.request().method()) {
      case "GET" -> get(name, exchange);
      case "DELETE" -> {
        try {
          failpoints.disable(name);
          exchange.respond(204, new Metadata(), new byte[0]);
        } catch (FailpointException e) {
          exchange.respond(400, "failed to delete failpoint " + e.getMessage() + "\n");
        }
      }
      case "PUT" -> {
        return new Body(name, exchange);
      }
      default -> {
        exchange.preset("allow", "PUT");
        exchange.respond(405, "Method not allowed\n");
      }
    }
    return HttpReceiver.NONE;
  }

  private void get(String name, HttpExchange exchange) {
    if (name.isEmpty()) {
      var lines = new StringBuilder();
      failpoints
          .all()
          .forEach((point, terms) -> lines.append(point).append('=').append(terms).append('\n'));
      text(exchange, lines.toString());
      return;
    }
    boolean count = name.endsWith(COUNT);
    try {
      text(
          exchange,
          count
              ? Long.toString(failpoints.fired(name.substring(0, name.length() - COUNT.length())))
              : failpoints.terms(name) + "\n");
    } catch (FailpointException e) {
      int status = count && !e.isUnknown() ? 500 : 404;
      exchange.respond(status, "failed to GET: " + e.getMessage() + "\n");
    }
  }

  private static void text(HttpExchange exchange, String text) {
    exchange.respond(
        200,
        new Metadata().add("content-type", "text/plain; charset=utf-8"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  private void put(String name, String body, HttpExchange exchange) {
    Map<String, String> wanted;
    try {
      wanted =
          name.equalsIgnoreCase("failpoints")
              ? NamedFailpoints.assignments(body)
              : Map.of(name, body);
    } catch (FailpointException e) {
      exchange.respond(400, e.getMessage() + "\n");
      return;
    }
    try {
      wanted.forEach(failpoints::enable);
      exchange.respond(204, new Metadata(), new byte[0]);
    } catch (FailpointException e) {
      exchange.respond(400, "fail to set failpoint: " + e.getMessage() + "\n");
    }
  }

  /** Gathers the terms of a PUT. */
  private final class Body implements HttpReceiver {
    private final String name;
    private final HttpExchange exchange;
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    Body(String name, HttpExchange exchange) {
      this.name = name;
      this.exchange = exchange;
    }

    @Override
    public void data(byte[] piece) {
      if (bytes.size() + piece.length > MAX_BODY_BYTES) {
        exchange.abort();
      } else {
        bytes.writeBytes(piece);
      }
    }

    @Override
    public void end() {
      if (!exchange.isEnded()) {
        put(name, bytes.toString(StandardCharsets.UTF_8), exchange);
      }
    }
  }
}
