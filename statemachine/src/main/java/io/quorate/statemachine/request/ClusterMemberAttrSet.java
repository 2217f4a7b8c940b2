package io.quorate.statemachine.request;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * membershippb.ClusterMemberAttrSetRequest (spec/api.md 4.2): what a member publishes of itself.
 */
public record ClusterMemberAttrSet(long memberId, String name, List<String> clientUrls)
    implements Request {
  public static final int FIELD = 1301;

  static ClusterMemberAttrSet decode(ProtoReader in) {
    long memberId = 0;
    String name = "";
    List<String> clientUrls = new ArrayList<>();
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> memberId = in.number("Member_ID");
        case 2 -> {
          ProtoReader attributes = in.message("MemberAttributes", "Attributes");
          for (int inner; (inner = attributes.next()) != 0; ) {
            switch (inner) {
              case 1 -> name = attributes.text("Name");
              case 2 -> clientUrls.add(attributes.text("ClientUrls"));
              default -> attributes.skip();
            }
          }
        }
        default -> in.skip();
      }
    }
    return new ClusterMemberAttrSet(memberId, name, clientUrls);
  }

  public byte[] encode() {
    ProtoWriter attributes = new ProtoWriter().text(1, name);
    for (String url : clientUrls) {
      attributes.alwaysBytes(2, url.getBytes(StandardCharsets.UTF_8));
    }
    return new ProtoWriter().number(1, memberId).message(2, attributes).toByteArray();
  }

  @Override
  public int field() {
    return FIELD;
  }
}
