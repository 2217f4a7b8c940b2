package io.quorate.server.http;

import io.quorate.edge.HttpTable;
import io.quorate.node.Member;
import io.quorate.server.ReadPool;
import io.quorate.server.SlowRequests;
import io.quorate.server.http.HealthChecks.Check;
import java.util.List;
import java.util.function.LongSupplier;
import org.slf4j.Logger;

/** The tables of HTTP endpoints that listeners serve (spec/server.md 4.2). */
public final class Endpoints {
  /**
   * @param profiles whether {@code /debug/pprof/} is there
   * @param commandLine this program's arguments, its name first
   * @param descriptorLimit how many files this process may have open
   */
  public record Options(boolean profiles, List<String> commandLine, LongSupplier descriptorLimit) {}

  private final Member member;
  private final Options options;
  private final HealthChecks checks;
  private final HealthListener listener;
  private final MetricsEndpoint metrics;
  private final Logger log;

  /**
   * @param reads where long pages are written
   */
  public Endpoints(
      Member member,
      Options options,
      MetricsPage metrics,
      HealthListener listener,
      ReadPool reads,
      SlowRequests slow,
      Logger log) {
    this.member = member;
    this.options = options;
    this.checks = new HealthChecks(member, listener, slow, log);
    this.listener = listener;
    this.metrics = new MetricsEndpoint(metrics, reads);
    this.log = log;
  }

  /** For metrics listeners: metrics and health alone. */
  public HttpTable forMetrics() {
    var table = new HttpTable();
    table.add("/metrics", metrics);
    var health = new HealthEndpoint(checks, listener, log);
    table.add("/health", new GetOnly(health::answer, health::refused));
    addChecks(table, "livez", Check.LIVE);
    addChecks(table, "readyz", Check.READY);
    return table;
  }

  /** For client listeners. */
  public HttpTable forClients() {
    HttpTable table = forMetrics();
    table.add("/version", new GetOnly(new VersionEndpoint(member)::answer));
    table.add(
        "/debug/vars",
        new GetOnly(
            new VariablesEndpoint(member, options.commandLine, options.descriptorLimit)::answer));
    if (options.profiles) {
      new ProfileEndpoints(options.commandLine).addTo(table);
    }
    return table;
  }

  private void addChecks(HttpTable table, String type, List<Check> all) {
    add(table, "/" + type, new CheckEndpoint(type, all, true, checks, listener, log));
    for (Check check : all) {
      add(
          table,
          "/" + type + "/" + check.text(),
          new CheckEndpoint(type, List.of(check), false, checks, listener, log));
    }
  }

  private static void add(HttpTable table, String path, CheckEndpoint endpoint) {
    table.add(path, new GetOnly(endpoint::answer, endpoint::refused));
  }
}
