package io.quorate.etcdctl.endpoint;

import io.quorate.etcdctl.message.StatusResponse;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import io.quorate.etcdctl.output.Table;
import io.quorate.gotext.GoBytes;
import java.util.List;

/** What all that could be asked have answered. */
final class StatusAnswer extends Answer {
  private final List<PerEndpoint.Response> responses;

  StatusAnswer(List<PerEndpoint.Response> responses) {
    this.responses = responses;
  }

  @Override
  public void simple(SimpleText out) {
    for (PerEndpoint.Response response : responses) {
      out.line(String.join(", ", row(response)));
    }
  }

  @Override
  public Table table() {
    Table table =
        new Table(
            List.of(
                "endpoint",
                "ID",
                "version",
                "storage version",
                "db size",
                "in use",
                "percentage not in use",
                "quota",
                "is leader",
                "is learner",
                "raft term",
                "raft index",
                "raft applied index",
                "errors",
                "downgrade target version",
                "downgrade enabled"));
    for (PerEndpoint.Response response : responses) {
      table.row(row(response));
    }
    return table;
  }

  private static List<String> row(PerEndpoint.Response response) {
    StatusResponse status = StatusResponse.read(response.bytes());
    return List.of(
        response.endpoint(),
        Long.toHexString(status.header().memberId()),
        status.version(),
        status.storageVersion(),
        GoBytes.format(status.dbSize()),
        GoBytes.format(status.dbSizeInUse()),
        percentageNotInUse(status) + "%",
        GoBytes.format(status.dbSizeQuota()),
        Boolean.toString(status.isLeader()),
        Boolean.toString(status.isLearner()),
        Long.toUnsignedString(status.raftTerm()),
        Long.toUnsignedString(status.raftIndex()),
        Long.toUnsignedString(status.raftAppliedIndex()),
        String.join(", ", status.errors()),
        status.downgradeTargetVersion(),
        Boolean.toString(status.isDowngradeEnabled()));
  }

  private static long percentageNotInUse(StatusResponse status) {
    // A database without pages does not exist; the original would panic.
    return status.dbSize() == 0 ? 0 : 100 - status.dbSizeInUse() * 100 / status.dbSize();
  }

  @Override
  public void json(JsonText out) {
    if (responses.isEmpty()) {
      out.element("null");
      return;
    }
    out.beginArray();
    for (PerEndpoint.Response response : responses) {
      out.beginObject().always().text("Endpoint", response.endpoint()).beginObject("Status");
      json(out, StatusResponse.read(response.bytes()));
      out.endObject().endObject();
    }
    out.endArray();
  }

  private static void json(JsonText out, StatusResponse status) {
    status.header().json(out);
    out.text("version", status.version())
        .number("dbSize", status.dbSize())
        .unsigned("leader", status.leader())
        .unsigned("raftIndex", status.raftIndex())
        .unsigned("raftTerm", status.raftTerm())
        .unsigned("raftAppliedIndex", status.raftAppliedIndex())
        .texts("errors", status.errors())
        .number("dbSizeInUse", status.dbSizeInUse())
        .flag("isLearner", status.isLearner())
        .text("storageVersion", status.storageVersion())
        .number("dbSizeQuota", status.dbSizeQuota());
    if (status.hasDowngradeInfo()) {
      out.beginObject("downgradeInfo")
          .flag("enabled", status.isDowngradeEnabled())
          .text("targetVersion", status.downgradeTargetVersion())
          .endObject();
    }
  }

  @Override
  public void fields(FieldsText out) {
    for (PerEndpoint.Response response : responses) {
      StatusResponse status = StatusResponse.read(response.bytes());
      status.header().fields(out);
      out.quoted("Version", status.version())
          .quoted("StorageVersion", status.storageVersion())
          .number("DBSize", status.dbSize())
          .number("DBSizeInUse", status.dbSizeInUse())
          .number("DBSizeQuota", status.dbSizeQuota())
          .unsigned("Leader", status.leader())
          .flag("IsLearner", status.isLearner())
          .unsigned("RaftIndex", status.raftIndex())
          .unsigned("RaftTerm", status.raftTerm())
          .unsigned("RaftAppliedIndex", status.raftAppliedIndex())
          .raw("Errors", "[" + String.join(" ", status.errors()) + "]")
          .quoted("Endpoint", response.endpoint())
          .quoted("DowngradeTargetVersion", status.downgradeTargetVersion())
          .flag("DowngradeEnabled", status.isDowngradeEnabled())
          .emptyLine();
    }
  }
}
