package io.quorate.etcdctl.member;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.output.Hex;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import io.quorate.gotext.GoQuote;

/** {@code MemberAddResponse}, and the environment with which the new member starts. */
final class AddAnswer extends MembersAnswer {
  private static final int MEMBER = 2;
  private static final int MEMBERS = 3;

  private final Member added;
  private final String name;
  private final String peerUrls;

  /**
   * @param name of the new member, which the cluster does not know yet
   * @param peerUrls as the user gave them
   */
  AddAnswer(byte[] response, String name, String peerUrls) {
    super(response, MEMBERS);
    this.name = name;
    this.peerUrls = peerUrls;
    this.added = added(response);
  }

  private static Member added(byte[] response) {
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      if (in.number() == MEMBER) {
        return Member.read(in.message());
      }
    }
    return Member.read(new ProtoReader(new byte[0]));
  }

  @Override
  public void simple(SimpleText out) {
    out.line(
        "Member "
            + Hex.spaced(added.id())
            + (added.isLearner() ? " added as learner to cluster " : " added to cluster ")
            + Hex.spaced(header().clusterId()));
    out.line("");
    setting(out, "ETCD_NAME", name);
    setting(out, "ETCD_INITIAL_CLUSTER", initialCluster());
    setting(out, "ETCD_INITIAL_ADVERTISE_PEER_URLS", peerUrls);
    setting(out, "ETCD_INITIAL_CLUSTER_STATE", "existing");
  }

  private static void setting(SimpleText out, String variable, String value) {
    out.line(variable + "=" + GoQuote.quote(value));
  }

  private String initialCluster() {
    StringBuilder all = new StringBuilder();
    for (Member member : members()) {
      for (String url : member.peerUrls()) {
        all.append(all.isEmpty() ? "" : ",")
            .append(member.id() == added.id() ? name : member.name())
            .append('=')
            .append(url);
      }
    }
    return all.toString();
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header().json(out);
    out.beginObject("member");
    added.json(out);
    out.endObject();
    jsonOfMembers(out);
    out.endObject();
  }
}
