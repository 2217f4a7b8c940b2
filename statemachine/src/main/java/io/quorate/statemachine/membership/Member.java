package io.quorate.statemachine.membership;

import io.quorate.gotext.GoJson;
import io.quorate.gotext.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * One member of the cluster.
 *
 * @param id unsigned; never 0
 * @param name empty until the member has started
 * @param clientUrls empty until the member has started
 */
public record Member(
    long id, List<String> peerUrls, boolean isLearner, String name, List<String> clientUrls) {
  public Member {
    peerUrls = List.copyOf(peerUrls);
    clientUrls = List.copyOf(clientUrls);
  }

  /** A member that has not started yet. */
  public static Member of(long id, List<String> peerUrls, boolean isLearner) {
    return new Member(id, peerUrls, isLearner, "", List.of());
  }

  /** The id as files, paths, headers and logs have it: hexadecimal without padding. */
  public static String hex(long id) {
    return Long.toHexString(id);
  }

  /** Whether it has published its name. */
  public boolean started() {
    return !name.isEmpty();
  }

  Member withAttributes(String newName, List<String> newClientUrls) {
    return new Member(id, peerUrls, isLearner, newName, newClientUrls);
  }

  Member withPeerUrls(List<String> newPeerUrls) {
    return new Member(id, newPeerUrls, isLearner, name, clientUrls);
  }

  Member promoted() {
    return new Member(id, peerUrls, false, name, clientUrls);
  }

  /** As Go prints it, for log lines. */
  public String logText() {
    return "{ID:"
        + hex(id)
        + " RaftAttributes:{PeerURLs:["
        + String.join(" ", peerUrls)
        + "] IsLearner:"
        + isLearner
        + "} Attributes:{Name:"
        + name
        + " ClientURLs:["
        + String.join(" ", clientUrls)
        + "]}}";
  }

  /**
   * As the bucket {@code members}, conf changes and {@code GET /members} have it (spec/storage.md
   * 2.3).
   */
  public String toJson() {
    StringBuilder out = new StringBuilder("{\"id\":").append(Long.toUnsignedString(id)).append(',');
    raftAttributes(out);
    if (started()) {
      out.append(",\"name\":");
      GoJson.quote(out, name);
    }
    if (!clientUrls.isEmpty()) {
      out.append(",\"clientURLs\":");
      urls(out, clientUrls);
    }
    return out.append('}').toString();
  }

  /** Peer URLs and kind, as a leaf of the v2 store. */
  String raftAttributesJson() {
    StringBuilder out = new StringBuilder("{");
    raftAttributes(out);
    return out.append('}').toString();
  }

  /** Name and client URLs, as a leaf of the v2 store. */
  String attributesJson() {
    StringBuilder out = new StringBuilder("{");
    if (started()) {
      out.append("\"name\":");
      GoJson.quote(out, name);
    }
    if (!clientUrls.isEmpty()) {
      out.append(started() ? "," : "").append("\"clientURLs\":");
      urls(out, clientUrls);
    }
    return out.append('}').toString();
  }

  private void raftAttributes(StringBuilder out) {
    out.append("\"peerURLs\":");
    urls(out, peerUrls);
    if (isLearner) {
      out.append(",\"isLearner\":true");
    }
  }

  private static void urls(StringBuilder out, List<String> urls) {
    if (urls.isEmpty()) {
      out.append("null");
      return;
    }
    out.append('[');
    for (int i = 0; i < urls.size(); i++) {
      out.append(i == 0 ? "" : ",");
      GoJson.quote(out, urls.get(i));
    }
    out.append(']');
  }

  /**
   * Reads {@link #toJson}; also its parts, of which the id is then {@code id}.
   *
   * @throws JsonReader.MalformedException if it is not such JSON
   */
  public static Member fromJson(long id, byte[] json) {
    return Context.fromJson(id, json).member();
  }

  /** Reads the next value of {@code in}, one of several members. */
  public static Member read(JsonReader in) {
    return Context.read(0, in).member();
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /**
   * What a conf change carries: a member, and whether it is to be promoted rather than added.
   *
   * @param promote the member exists as a learner and becomes a voter
   */
  public record Context(Member member, boolean promote) {
    /** The context that promotes the learner {@code id}. */
    public static byte[] promotion(long id) {
      return utf8(
          "{\"id\":" + Long.toUnsignedString(id) + ",\"peerURLs\":null,\"isPromote\":true}");
    }

    static Context fromJson(long defaultId, byte[] json) {
      JsonReader in = new JsonReader(json);
      Context read = read(defaultId, in);
      in.end();
      return read;
    }

    private static Context read(long defaultId, JsonReader in) {
      long[] id = {defaultId};
      String[] name = {""};
      boolean[] flags = new boolean[2];
      List<String> peerUrls = new ArrayList<>();
      List<String> clientUrls = new ArrayList<>();
      in.object(field -> {
        switch (field) {
          case "id" -> id[0] = in.unsigned();
          case "name" -> name[0] = in.text();
          case "islearner" -> flags[0] = in.bool();
          case "ispromote" -> flags[1] = in.bool();
          case "peerurls" -> in.array(() -> peerUrls.add(in.text()));
          case "clienturls" -> in.array(() -> clientUrls.add(in.text()));
          default -> in.skip();
        }
      });
      return new Context(new Member(id[0], peerUrls, flags[0], name[0], clientUrls), flags[1]);
    }
  }
}
