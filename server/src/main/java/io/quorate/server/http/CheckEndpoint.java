package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.gotext.GoQuote;
import io.quorate.server.http.HealthChecks.Check;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.slf4j.Logger;

/**
 * {@code /livez} or {@code /readyz}, or one check of theirs alone.
 *
 * @param type {@code livez} or {@code readyz}
 * @param selected which checks are made
 * @param mayExclude whether {@code ?exclude=} leaves some of them out: not where there is only one
 */
record CheckEndpoint(
    String type,
    List<Check> selected,
    boolean mayExclude,
    HealthChecks checks,
    HealthListener listener,
    Logger log) {
  private record Running(Check check, CompletableFuture<Optional<String>> problem) {}

  void answer(HttpExchange exchange) {
    Query query = Query.parse(exchange.request().query());
    List<String> excluded =
        mayExclude
            ? query.all("exclude").stream().filter(name -> !name.isEmpty()).distinct().toList()
            : List.of();
    var running = new ArrayList<Running>();
    for (Check check : selected) {
      if (!excluded.contains(check.text())) {
        running.add(new Running(check, checks.run(check)));
      }
    }
    List<String> unknown =
        excluded.stream()
            .filter(name -> selected.stream().noneMatch(check -> check.text().equals(name)))
            .toList();
    if (!unknown.isEmpty()) {
      log.atWarn()
          .addKeyValue(
              "missing-health-checks",
              unknown.stream().map(GoQuote::quote).collect(Collectors.joining(",")))
          .log("some health checks cannot be excluded");
    }
    CompletableFuture.allOf(
            running.stream().map(Running::problem).toArray(CompletableFuture[]::new))
        .thenRun(() -> answer(exchange, running, query.has("verbose")));
  }

  void refused(HttpExchange exchange) {
    log.atWarn()
        .addKeyValue("path", exchange.request().path())
        .addKeyValue("status-code", 405)
        .log("Health request error");
  }

  private void answer(HttpExchange exchange, List<Running> done, boolean verbose) {
    var lines = new StringBuilder();
    boolean well = true;
    for (Running one : done) {
      Optional<String> problem = one.problem.join();
      String name = one.check.text();
      listener.check(type, name, problem.isEmpty());
      String line =
          problem.map(text -> "[-]" + name + " failed: " + text).orElse("[+]" + name + " ok");
      lines.append(line).append('\n');
      well &= problem.isEmpty();
    }
    if (well) {
      log.atDebug()
          .addKeyValue("path", exchange.request().path())
          .addKeyValue("reason", lines.toString())
          .addKeyValue("status-code", 200)
          .log("Health check OK");
      exchange.respond(200, (verbose ? lines : "") + "ok\n");
    } else {
      log.atError()
          .addKeyValue("path", exchange.request().path())
          .addKeyValue("reason", lines.toString())
          .addKeyValue("status-code", 503)
          .log("Health check error");
      exchange.respond(503, lines + "\n");
    }
  }
}
