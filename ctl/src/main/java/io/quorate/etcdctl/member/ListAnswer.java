package io.quorate.etcdctl.member;

import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import io.quorate.etcdctl.output.Table;
import io.quorate.gotext.GoJson;
import java.util.List;

/** {@code MemberListResponse}. */
final class ListAnswer extends MembersAnswer {
  ListAnswer(byte[] response) {
    super(response, 2);
  }

  @Override
  public void simple(SimpleText out) {
    for (Member member : members()) {
      out.line(String.join(", ", row(member)));
    }
  }

  private static List<String> row(Member member) {
    return List.of(
        Long.toHexString(member.id()),
        member.status(),
        member.name(),
        String.join(",", member.peerUrls()),
        String.join(",", member.clientUrls()),
        member.isLearner() ? "true" : "false");
  }

  @Override
  public Table table() {
    Table table =
        new Table(List.of("ID", "Status", "Name", "Peer Addrs", "Client Addrs", "Is Learner"));
    for (Member member : members()) {
      table.row(row(member));
    }
    return table;
  }

  @Override
  public void fields(FieldsText out) {
    header().fields(out);
    for (Member member : members()) {
      out.id("ID", member.id()).quoted("Name", member.name());
      for (String url : member.peerUrls()) {
        out.quoted("PeerURL", url);
      }
      for (String url : member.clientUrls()) {
        out.quoted("ClientURL", url);
      }
      out.flag("IsLearner", member.isLearner()).emptyLine();
    }
  }

  @Override
  public void json(JsonText out) {
    if (out.hex()) {
      hexJson(out);
    } else {
      super.json(out);
    }
  }

  /** With {@code --hex} ids are texts, learners are not told apart, names are not escaped. */
  private void hexJson(JsonText out) {
    out.beginObject();
    out.beginObject("header")
        .text("cluster_id", Long.toHexString(header().clusterId()))
        .text("member_id", Long.toHexString(header().memberId()))
        .unsigned("raft_term", header().raftTerm())
        .endObject();
    if (!members().isEmpty()) {
      out.beginArray("members");
      for (Member member : members()) {
        out.beginObject()
            .text("ID", Long.toHexString(member.id()))
            .raw("name", "\"" + member.name() + "\"");
        urls(out, "peerURLs", member.peerUrls());
        urls(out, "clientURLs", member.clientUrls());
        out.endObject();
      }
      out.endArray();
    }
    out.endObject();
  }

  private static void urls(JsonText out, String name, List<String> urls) {
    if (urls.isEmpty()) {
      out.raw(name, "null");
      return;
    }
    out.beginArray(name);
    for (String url : urls) {
      out.element(GoJson.quote(url));
    }
    out.endArray();
  }
}
