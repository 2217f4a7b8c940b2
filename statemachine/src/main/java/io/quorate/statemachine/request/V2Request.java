package io.quorate.statemachine.request;

import io.quorate.gotext.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * etcdserverpb.Request (spec/api.md 4.3, spec/peer.md 15.1): how members of 3.4 and 3.5 publish
 * themselves and set the cluster version.
 */
record V2Request(long id, String method, String path, String value) {
  private static final Pattern ATTRIBUTES =
      Pattern.compile("/0/members/([0-9a-f]{1,16})/attributes");
  private static final String VERSION = "/0/version";

  static V2Request decode(ProtoReader in) {
    long id = 0;
    String method = "";
    String path = "";
    String value = "";
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> id = in.number("ID");
        case 2 -> method = in.text("Method");
        case 3 -> path = in.text("Path");
        case 4 -> value = in.text("Val");
        case 6 -> in.text("PrevValue");
        // The rest is not used, but must be what it says: this tells v2 from v3.
        case 5, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16, 17 -> in.number("Request");
        default -> in.skip();
      }
    }
    return new V2Request(id, method, path, value);
  }

  InternalRequest convert() {
    if (method.equals("PUT")) {
      Matcher attributes = ATTRIBUTES.matcher(path);
      if (attributes.matches()) {
        return of(memberAttributes(Long.parseUnsignedLong(attributes.group(1), 16)));
      }
      if (path.equals(VERSION)) {
        return of(new ClusterVersionSet(value));
      }
    }
    throw new V2RequestException(method, path);
  }

  private InternalRequest of(Request request) {
    return new InternalRequest(id, "", 0, request);
  }

  private ClusterMemberAttrSet memberAttributes(long memberId) {
    JsonReader json = new JsonReader(value.getBytes(StandardCharsets.UTF_8));
    String[] name = {""};
    List<String> urls = new ArrayList<>();
    json.object(field -> {
      switch (field) {
        case "name" -> name[0] = json.text();
        case "clienturls" -> json.array(() -> urls.add(json.text()));
        default -> json.skip();
      }
    });
    return new ClusterMemberAttrSet(memberId, name[0], urls);
  }
}
