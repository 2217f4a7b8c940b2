package io.quorate.etcdctl.member;

import io.quorate.client.wire.ProtoReader;
import io.quorate.etcdctl.output.JsonText;
import io.quorate.gotext.RawText;
import java.util.ArrayList;
import java.util.List;

/**
 * A member of the cluster.
 *
 * @param name empty until it has started
 */
public record Member(
    long id, String name, List<String> peerUrls, List<String> clientUrls, boolean isLearner) {
  static Member read(ProtoReader in) {
    long id = 0;
    String name = "";
    List<String> peerUrls = new ArrayList<>(1);
    List<String> clientUrls = new ArrayList<>(1);
    boolean isLearner = false;
    while (in.next()) {
      switch (in.number()) {
        case 1 -> id = in.value();
        case 2 -> name = RawText.of(in.bytes());
        case 3 -> peerUrls.add(RawText.of(in.bytes()));
        case 4 -> clientUrls.add(RawText.of(in.bytes()));
        case 5 -> isLearner = in.flag();
        default -> {}
      }
    }
    return new Member(id, name, peerUrls, clientUrls, isLearner);
  }

  String status() {
    return name.isEmpty() ? "unstarted" : "started";
  }

  /** Its fields, in an object that is open. */
  void json(JsonText out) {
    out.unsigned("ID", id)
        .text("name", name)
        .texts("peerURLs", peerUrls)
        .texts("clientURLs", clientUrls)
        .flag("isLearner", isLearner);
  }
}
