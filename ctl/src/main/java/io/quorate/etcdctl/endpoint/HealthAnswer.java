package io.quorate.etcdctl.endpoint;

import io.quorate.cli.command.Output;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import io.quorate.etcdctl.output.Table;
import java.util.List;

/** How each endpoint is; simply put, the healthy ones on stdout, the others on stderr. */
final class HealthAnswer extends Answer {
  private final List<Health.Result> results;
  private final Output err;

  HealthAnswer(List<Health.Result> results, Output err) {
    this.results = results;
    this.err = err;
  }

  @Override
  public void simple(SimpleText out) {
    for (Health.Result result : results) {
      if (result.isHealthy()) {
        out.line(
            result.endpoint()
                + " is healthy: successfully committed proposal: took = "
                + result.took());
      } else {
        err.line(result.endpoint() + " is unhealthy: failed to commit proposal: " + result.error());
      }
    }
  }

  @Override
  public Table table() {
    Table table = new Table(List.of("endpoint", "health", "took", "error"));
    for (Health.Result result : results) {
      table.row(
          List.of(
              result.endpoint(),
              Boolean.toString(result.isHealthy()),
              result.took(),
              result.error()));
    }
    return table;
  }

  @Override
  public void json(JsonText out) {
    if (results.isEmpty()) {
      out.element("null");
      return;
    }
    out.beginArray();
    for (Health.Result result : results) {
      out.beginObject()
          .always()
          .text("endpoint", result.endpoint())
          .always()
          .flag("health", result.isHealthy())
          .always()
          .text("took", result.took())
          .text("error", result.error())
          .endObject();
    }
    out.endArray();
  }

  @Override
  public void fields(FieldsText out) {
    for (Health.Result result : results) {
      out.quoted("Endpoint", result.endpoint())
          .flag("Health", result.isHealthy())
          .raw("Took", result.took())
          .raw("Error", result.error())
          .emptyLine();
    }
  }
}
