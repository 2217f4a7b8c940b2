package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.edge.HttpHandler;
import io.quorate.edge.HttpReceiver;
import io.quorate.node.Member;
import io.quorate.node.duty.Versions;
import io.quorate.rpc.Metadata;
import io.quorate.server.http.HealthChecks.Check;
import io.quorate.statemachine.membership.Version;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** The HTTP endpoints of client and metrics listeners. */
public final class ClientHttp implements HttpHandler {
  /** Which endpoints a listener has. */
  public enum Scope {
    /** All of them. */
    CLIENT,
    /** Metrics and health alone. */
    METRICS
  }

  private final Member member;
  private final HealthChecks checks;
  private final Scope scope;
  private final Supplier<byte[]> metrics;
  private final HealthListener listener;
  private final Logger log;

  /**
   * @param metrics all metrics in Prometheus' text form
   */
  public ClientHttp(
      Member member, Scope scope, Supplier<byte[]> metrics, HealthListener listener, Logger log) {
    this.member = member;
    this.checks = new HealthChecks(member);
    this.scope = scope;
    this.metrics = metrics;
    this.listener = listener;
    this.log = log;
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    String path = exchange.request().path();
    Optional<Runnable> endpoint = endpoint(path, exchange);
    if (endpoint.isEmpty()) {
      exchange.respond(404, "404 page not found\n");
    } else if (!exchange.request().method().equals("GET")) {
      exchange.respond(
          405,
          plainText().add("allow", "GET"),
          "Method Not Allowed\n".getBytes(StandardCharsets.UTF_8));
    } else {
      endpoint.get().run();
    }
    return HttpReceiver.NONE;
  }

  private Optional<Runnable> endpoint(String path, HttpExchange exchange) {
    Runnable found =
        switch (path) {
          case "/health" -> () -> health(exchange);
          case "/metrics" -> () -> metrics(exchange);
          case "/livez" -> () -> check(exchange, "livez", Check.LIVE, true);
          case "/readyz" -> () -> check(exchange, "readyz", Check.READY, true);
          default -> null;
        };
    if (found != null) {
      return Optional.of(found);
    }
    Optional<Runnable> one = single(path, "livez", Check.LIVE, exchange);
    if (one.isEmpty()) {
      one = single(path, "readyz", Check.READY, exchange);
    }
    if (one.isPresent() || scope == Scope.METRICS) {
      return one;
    }
    return switch (path) {
      case "/version" -> Optional.of(() -> version(exchange));
      case "/debug/vars" -> Optional.of(() -> variables(exchange));
      default -> Optional.empty();
    };
  }

  private Optional<Runnable> single(
      String path, String type, List<Check> all, HttpExchange exchange) {
    String prefix = "/" + type + "/";
    if (!path.startsWith(prefix)) {
      return Optional.empty();
    }
    String name = path.substring(prefix.length());
    return all.stream()
        .filter(check -> check.text().equals(name))
        .findAny()
        .map(check -> () -> check(exchange, type, List.of(check), false));
  }

  private void health(HttpExchange exchange) {
    Query query = Query.parse(exchange.request().query());
    boolean serializable = query.first("serializable").filter("true"::equals).isPresent();
    checks
        .health(query.all("exclude"), serializable)
        .thenAccept(problem -> {
          listener.health(problem.isEmpty());
          String body =
              "{\"health\":\"%s\",\"reason\":\"%s\"}"
                  .formatted(problem.isEmpty(), problem.orElse(""));
          if (problem.isEmpty()) {
            exchange.respond(
                200,
                new Metadata().add("content-type", "text/plain; charset=utf-8"),
                body.getBytes(StandardCharsets.UTF_8));
          } else {
            exchange.respond(503, body + "\n");
          }
        });
  }

  private void check(HttpExchange exchange, String type, List<Check> all, boolean mayExclude) {
    Query query = Query.parse(exchange.request().query());
    List<String> excluded = mayExclude ? query.all("exclude") : List.of();
    var results = new TreeMap<Check, CompletableFuture<Optional<String>>>();
    for (Check check : all) {
      if (!excluded.contains(check.text())) {
        results.put(check, checks.run(check));
      }
    }
    for (String name : excluded) {
      if (all.stream().noneMatch(check -> check.text().equals(name))) {
        log.atWarn().addKeyValue("exclude", name).log("some health checks cannot be excluded");
      }
    }
    CompletableFuture.allOf(results.values().toArray(CompletableFuture[]::new))
        .thenRun(() -> answer(exchange, type, results, query.has("verbose")));
  }

  private void answer(
      HttpExchange exchange,
      String type,
      Map<Check, CompletableFuture<Optional<String>>> results,
      boolean verbose) {
    var lines = new StringBuilder();
    var problems = new StringBuilder();
    results.forEach((check, result) -> {
      Optional<String> problem = result.join();
      listener.check(type, check.text(), problem.isEmpty());
      String line =
          problem
              .map(text -> "[-]" + check.text() + " failed: " + text)
              .orElse("[+]" + check.text() + " ok");
      lines.append(line).append('\n');
      if (problem.isPresent()) {
        problems.append(line).append('\n');
      }
    });
    if (problems.isEmpty()) {
      String body = (verbose ? lines : "") + "ok\n";
      exchange.respond(200, body);
    } else {
      log.atError()
          .addKeyValue("path", exchange.request().path())
          .addKeyValue("reason", problems.toString())
          .addKeyValue("status-code", 503)
          .log("Health check error");
      exchange.respond(503, lines + "\n");
    }
  }

  private void version(HttpExchange exchange) {
    Optional<Version> cluster = member.stores().membership().view().clusterVersion();
    Optional<Version> storage = member.storageVersion();
    String body =
        "{\"etcdserver\":\"%s\",\"etcdcluster\":\"%s\",\"storage\":\"%s\"}"
            .formatted(
                Versions.SERVER,
                cluster.map(Version::toString).orElse("not_decided"),
                storage.map(Version::toString).orElse("unknown"));
    exchange.respond(
        200,
        new Metadata().add("content-type", "application/json"),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private void metrics(HttpExchange exchange) {
    exchange.respond(
        200,
        new Metadata().add("content-type", "text/plain; version=0.0.4; charset=utf-8"),
        metrics.get());
  }

  private void variables(HttpExchange exchange) {
    String body =
        """
        {
        "raft.status": {"id":"%s","term":%s,"commit":%s,"lead":"%s","raftState":"%s","applied":%s}
        }
        """
            .formatted(
                Long.toHexString(member.options().memberId()),
                Long.toUnsignedString(member.raft().term()),
                Long.toUnsignedString(member.raft().committed()),
                Long.toHexString(member.raft().leader()),
                member.raft().role(),
                Long.toUnsignedString(member.applied().index()));
    exchange.respond(
        200,
        new Metadata().add("content-type", "application/json; charset=utf-8"),
        body.getBytes(StandardCharsets.UTF_8));
  }

  private static Metadata plainText() {
    return new Metadata().add("content-type", "text/plain; charset=utf-8");
  }

  /** The parameters of a URL, in order. */
  private record Query(Map<String, List<String>> values) {
    static Query parse(String text) {
      var values = new TreeMap<String, List<String>>();
      for (String part : text.split("&", -1)) {
        if (!part.isEmpty()) {
          int equals = part.indexOf('=');
          String name = decode(equals < 0 ? part : part.substring(0, equals));
          String value = equals < 0 ? "" : decode(part.substring(equals + 1));
          values.computeIfAbsent(name, n -> new ArrayList<>()).add(value);
        }
      }
      return new Query(Collections.unmodifiableMap(values));
    }

    private static String decode(String text) {
      try {
        return URLDecoder.decode(text, StandardCharsets.UTF_8);
      } catch (IllegalArgumentException e) {
        return text;
      }
    }

    boolean has(String name) {
      return values.containsKey(name);
    }

    List<String> all(String name) {
      return values.getOrDefault(name, List.of());
    }

    Optional<String> first(String name) {
      return all(name).stream().findFirst();
    }
  }
}
