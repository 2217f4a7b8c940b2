package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.rpc.Metadata;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.slf4j.Logger;

/** {@code /health}: one word for everything, as load balancers have asked since etcd 2. */
final class HealthEndpoint {
  private final HealthChecks checks;
  private final HealthListener listener;
  private final Logger log;

  HealthEndpoint(HealthChecks checks, HealthListener listener, Logger log) {
    this.checks = checks;
    this.listener = listener;
    this.log = log;
  }

  void answer(HttpExchange exchange) {
    Query query = Query.parse(exchange.request().query());
    checks
        .health(query.all("exclude"), query.first("serializable").equals("true"))
        .thenAccept(problem -> answer(exchange, problem));
  }

  void refused(HttpExchange exchange) {
    log.atWarn().addKeyValue("status-code", 405).log("/health error");
  }

  private void answer(HttpExchange exchange, Optional<String> problem) {
    boolean well = problem.isEmpty();
    listener.health(well);
    String json = "{\"health\":\"%s\",\"reason\":\"%s\"}".formatted(well, problem.orElse(""));
    if (well) {
      log.atDebug().addKeyValue("status-code", 200).log("/health OK");
      exchange.respond(
          200,
          new Metadata().add("content-type", "text/plain; charset=utf-8"),
          json.getBytes(StandardCharsets.UTF_8));
    } else {
      log.atWarn().addKeyValue("output", json).addKeyValue("status-code", 503).log("/health error");
      exchange.respond(503, json + "\n");
    }
  }
}
