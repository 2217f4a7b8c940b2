package io.quorate.etcdctl.message;

import io.quorate.client.wire.ProtoReader;
import io.quorate.client.wire.ProtoWriter;
import io.quorate.etcdctl.output.FieldsText;
import io.quorate.etcdctl.output.JsonText;

/** {@code ResponseHeader}: who answered, and when. */
public record Header(long clusterId, long memberId, long revision, long raftTerm) {
  /** Of responses that have none. */
  public static final Header NONE = new Header(0, 0, 0, 0);

  public static Header read(ProtoReader in) {
    long clusterId = 0;
    long memberId = 0;
    long revision = 0;
    long raftTerm = 0;
    while (in.next()) {
      switch (in.number()) {
        case 1 -> clusterId = in.value();
        case 2 -> memberId = in.value();
        case 3 -> revision = in.value();
        case 4 -> raftTerm = in.value();
        default -> {}
      }
    }
    return new Header(clusterId, memberId, revision, raftTerm);
  }

  /** The header of a response, which is its field 1. */
  public static Header of(byte[] response) {
    ProtoReader in = new ProtoReader(response);
    while (in.next()) {
      if (in.number() == 1) {
        return read(in.message());
      }
    }
    return NONE;
  }

  public byte[] toBytes() {
    return new ProtoWriter()
        .number(1, clusterId)
        .number(2, memberId)
        .number(3, revision)
        .number(4, raftTerm)
        .toBytes();
  }

  /** The object {@code "header":{…}}; nothing where a response had no header. */
  public void json(JsonText out) {
    if (!isNone()) {
      out.beginObject("header");
      flatJson(out);
      out.endObject();
    }
  }

  /** Its fields alone, as lease answers have them. */
  public void flatJson(JsonText out) {
    out.unsigned("cluster_id", clusterId)
        .unsigned("member_id", memberId)
        .number("revision", revision)
        .unsigned("raft_term", raftTerm);
  }

  public void fields(FieldsText out) {
    out.id("ClusterID", clusterId).id("MemberID", memberId);
    if (revision > 0) {
      out.number("Revision", revision);
    }
    out.unsigned("RaftTerm", raftTerm);
  }

  /** As protobuf's text form in one line. */
  public String text() {
    StringBuilder text = new StringBuilder();
    text(text, "cluster_id", clusterId);
    text(text, "member_id", memberId);
    text(text, "revision", revision);
    text(text, "raft_term", raftTerm);
    return text.toString();
  }

  private static void text(StringBuilder text, String name, long value) {
    if (value != 0) {
      text.append(name).append(':').append(Long.toUnsignedString(value)).append(' ');
    }
  }

  private boolean isNone() {
    return clusterId == 0 && memberId == 0 && revision == 0 && raftTerm == 0;
  }
}
