package io.quorate.statemachine.membership;

import io.quorate.gotext.GoJson;
import io.quorate.gotext.JsonReader;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import org.jspecify.annotations.Nullable;

/**
 * The JSON in every raft snapshot: a dump of the tree that was etcd's store before version 3, in
 * which only the membership is left (spec/storage.md 5.3, spec/peer.md 8.5). Members of 3.4 and 3.5
 * take the membership from here.
 *
 * <pre>
 * /0/members/ID/raftAttributes   {"peerURLs":[…],"isLearner":true}
 * /0/members/ID/attributes       {"name":…,"clientURLs":[…]}, if it has client URLs
 * /0/removed_members/ID          empty
 * /0/version                     3.6.0, if known
 * /1                             what users stored; must be empty
 * </pre>
 */
public final class V2Store {
  // A Go reader walks off the end of a shorter list of events at its next write.
  private static final int EVENT_SLOTS = 1000;
  private static final String FOREVER = "0001-01-01T00:00:00Z";

  private V2Store() {}

  /** The tree as Go holds it: a leaf has no children, a directory has some or an empty map. */
  private record Node(
      String path, long created, String value, @Nullable TreeMap<String, Node> children) {}

  private static final class Writer {
    final TreeMap<String, Node> root = new TreeMap<>();
    final StringBuilder events = new StringBuilder();
    long index;
    int creates;
    int sets;

    void write(String action, String path, String value) {
      index++;
      TreeMap<String, Node> folder = root;
      StringBuilder above = new StringBuilder();
      String[] names = path.substring(1).split("/");
      for (int i = 0; i < names.length - 1; i++) {
        above.append('/').append(names[i]);
        String folderPath = above.toString();
        Node next =
            folder.computeIfAbsent(names[i], _ -> new Node(folderPath, index, "", new TreeMap<>()));
        folder = Objects.requireNonNull(next.children);
      }
      folder.put(names[names.length - 1], new Node(path, index, value, null));
      if (events.length() > 0) {
        events.append(',');
      }
      events.append("{\"action\":\"").append(action).append("\",\"node\":{\"key\":");
      GoJson.quote(events, path);
      events.append(",\"value\":");
      GoJson.quote(events, value);
      events.append(",\"modifiedIndex\":").append(index).append(",\"createdIndex\":").append(index);
      events.append("}}");
    }
  }

  /** The dump of {@code view}. */
  public static byte[] write(MembershipView view) {
    Writer store = new Writer();
    store.root.put("0", new Node("/0", 0, "", new TreeMap<>()));
    store.root.put("1", new Node("/1", 0, "", new TreeMap<>()));
    for (Member member : view.list()) {
      String path = "/0/members/" + Member.hex(member.id());
      store.write("create", path + "/raftAttributes", member.raftAttributesJson());
      store.creates++;
      if (!member.clientUrls().isEmpty()) {
        store.write("set", path + "/attributes", member.attributesJson());
        store.sets++;
      }
    }
    for (long id : view.removed()) {
      store.write("create", "/0/removed_members/" + Member.hex(id), "");
      store.creates++;
    }
    view.clusterVersion()
        .ifPresent(version -> {
          store.write("set", "/0/version", version.toString());
          store.sets++;
        });
    return json(store).getBytes(StandardCharsets.UTF_8);
  }

  private static String json(Writer store) {
    StringBuilder out = new StringBuilder(8192);
    out.append("{\"Root\":");
    node(out, new Node("/", 0, "", store.root));
    int events = (int) Math.min(store.index, EVENT_SLOTS);
    out.append(",\"WatcherHub\":{\"EventHistory\":{\"Queue\":{\"Events\":[").append(store.events);
    for (int i = events; i < EVENT_SLOTS; i++) {
      out.append(i == 0 ? "null" : ",null");
    }
    out.append("],\"Size\":").append(events);
    out.append(",\"Front\":0,\"Back\":").append(events % EVENT_SLOTS);
    out.append(",\"Capacity\":").append(EVENT_SLOTS).append("},\"StartIndex\":");
    out.append(Math.min(1, store.index)).append(",\"LastIndex\":").append(store.index);
    out.append("}},\"CurrentIndex\":").append(store.index);
    // One lookup failed in every dump of etcd that we have seen, whatever the number of members.
    out.append(",\"Stats\":{\"getsSuccess\":0,\"getsFail\":1");
    out.append(",\"setsSuccess\":").append(store.sets);
    out.append(",\"setsFail\":0,\"deleteSuccess\":0,\"deleteFail\":0,\"updateSuccess\":0")
        .append(",\"updateFail\":0,\"createSuccess\":")
        .append(store.creates)
        .append(",\"createFail\":0,\"compareAndSwapSuccess\":0,\"compareAndSwapFail\":0")
        .append(",\"compareAndDeleteSuccess\":0,\"compareAndDeleteFail\":0,\"expireCount\":0")
        .append(",\"watchers\":0},\"CurrentVersion\":2}");
    return out.toString();
  }

  private static void node(StringBuilder out, Node node) {
    out.append("{\"Path\":");
    GoJson.quote(out, node.path);
    out.append(",\"CreatedIndex\":").append(node.created);
    out.append(",\"ModifiedIndex\":").append(node.created);
    out.append(",\"ExpireTime\":\"").append(FOREVER).append("\",\"Value\":");
    GoJson.quote(out, node.value);
    out.append(",\"Children\":");
    if (node.children == null) {
      out.append("null");
    } else {
      out.append('{');
      boolean first = true;
      for (var child : node.children.entrySet()) {
        out.append(first ? "" : ",");
        first = false;
        GoJson.quote(out, child.getKey());
        out.append(':');
        node(out, child.getValue());
      }
      out.append('}');
    }
    out.append('}');
  }

  /**
   * What a dump holds.
   *
   * @param userContent whether users of the v2 API stored anything: etcd 3.6 refuses to start then
   *     (stage write-only)
   */
  public record Recovered(MembershipView view, boolean userContent) {}

  /**
   * Reads a dump.
   *
   * @throws JsonReader.MalformedException if it is not JSON of this shape
   */
  public static Recovered read(byte[] json) {
    JsonReader in = new JsonReader(json);
    Node[] root = {new Node("/", 0, "", new TreeMap<>())};
    in.object(field -> {
      if (field.equals("root")) {
        root[0] = readNode(in);
      } else {
        in.skip();
      }
    });
    return new Recovered(membership(children(root[0])), userContent(children(root[0])));
  }

  private static Node readNode(JsonReader in) {
    String[] text = {"", ""};
    TreeMap<String, Node> children = new TreeMap<>();
    boolean[] directory = {false};
    in.object(field -> {
      switch (field) {
        case "path" -> text[0] = in.text();
        case "value" -> text[1] = in.text();
        case "children" -> {
          directory[0] = !in.nullValue();
          if (directory[0]) {
            in.map(name -> children.put(name, readNode(in)));
          }
        }
        default -> in.skip();
      }
    });
    return new Node(text[0], 0, text[1], directory[0] ? children : null);
  }

  private static TreeMap<String, Node> children(@Nullable Node node) {
    return node == null || node.children == null ? new TreeMap<>() : node.children;
  }

  private static boolean userContent(TreeMap<String, Node> root) {
    for (var top : root.entrySet()) {
      String name = top.getKey();
      if (name.equals("0") || name.startsWith("_")) {
        continue;
      }
      for (var child : children(top.getValue()).entrySet()) {
        if (child.getKey().startsWith("_")) {
          continue;
        }
        // /2 belonged to the users and roles of v2, whose empty folders may stay.
        if (!name.equals("2") || !children(child.getValue()).isEmpty()) {
          return true;
        }
      }
    }
    return false;
  }

  private static MembershipView membership(TreeMap<String, Node> root) {
    TreeMap<String, Node> zero = children(root.get("0"));
    TreeMap<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
    for (var entry : children(zero.get("members")).entrySet()) {
      long id = Long.parseUnsignedLong(entry.getKey(), 16);
      List<Member> parts = new ArrayList<>();
      Member member = Member.of(id, List.of(), false);
      for (var part : children(entry.getValue()).entrySet()) {
        Member read = Member.fromJson(id, Member.utf8(part.getValue().value));
        switch (part.getKey()) {
          case "raftAttributes" -> {
            parts.add(read);
            member =
                new Member(
                    id, read.peerUrls(), read.isLearner(), member.name(), member.clientUrls());
          }
          case "attributes" -> member = member.withAttributes(read.name(), read.clientUrls());
          default ->
              throw new IllegalArgumentException(
                  "v2 store: unknown leaf " + part.getKey() + " of member " + Member.hex(id));
        }
      }
      if (parts.isEmpty()) {
        throw new IllegalArgumentException(
            "v2 store: member " + Member.hex(id) + " has no raftAttributes");
      }
      members.put(id, member);
    }
    TreeSet<Long> removed = new TreeSet<>(Long::compareUnsigned);
    for (String id : children(zero.get("removed_members")).keySet()) {
      removed.add(Long.parseUnsignedLong(id, 16));
    }
    Node version = zero.get("version");
    return new MembershipView(
        members,
        removed,
        version == null ? Optional.empty() : Version.parse(version.value),
        Downgrade.NONE);
  }
}
