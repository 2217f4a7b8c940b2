package io.quorate.etcdctl.member;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.message.Header;
import io.quorate.etcdctl.output.Answer;
import io.quorate.etcdctl.output.Hex;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.etcdctl.output.SimpleText;
import java.util.ArrayList;
import java.util.List;

/** The members after a change of one of them: what remove, update and promote answer. */
class MembersAnswer extends Answer {
  private static final int MEMBERS = 2;

  private final byte[] bytes;
  private final Header header;
  private final List<Member> members = new ArrayList<>();
  private final String line;

  private MembersAnswer(byte[] response, int membersField, String line) {
    this.bytes = response;
    this.header = Header.of(response);
    this.line = line;
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      if (in.number() == membersField) {
        members.add(Member.read(in.message()));
      }
    }
  }

  /** An answer whose field {@code membersField} holds the members. */
  MembersAnswer(byte[] response, int membersField) {
    this(response, membersField, "");
  }

  /** {@code Member … removed from cluster …}, and the like. */
  static MembersAnswer changed(byte[] response, long id, String what) {
    String line =
        "Member "
            + Hex.spaced(id)
            + " "
            + what
            + " cluster "
            + Hex.spaced(Header.of(response).clusterId());
    return new MembersAnswer(response, MEMBERS, line);
  }

  Header header() {
    return header;
  }

  List<Member> members() {
    return members;
  }

  @Override
  public void simple(SimpleText out) {
    out.line(line);
  }

  @Override
  public void json(JsonText out) {
    out.beginObject();
    header.json(out);
    jsonOfMembers(out);
    out.endObject();
  }

  final void jsonOfMembers(JsonText out) {
    if (members.isEmpty()) {
      return;
    }
    out.beginArray("members");
    for (Member member : members) {
      out.beginObject();
      member.json(out);
      out.endObject();
    }
    out.endArray();
  }

  @Override
  public byte[] protobuf() {
    return bytes;
  }
}
