package io.quorate.statemachine.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.io.fixture.Fixtures;
import io.quorate.io.memory.MemoryDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The v2 JSON in raft snapshots, against those that the original wrote. */
final class V2StoreTest {
  private record Dump(String file, byte[] json) {}

  private static List<Dump> dumps(String archive) {
    List<Dump> dumps = new ArrayList<>();
    Path to = Path.of("/fixture");
    MemoryDisk disk = Fixtures.unpack(archive, to);
    for (Path file : disk.files(to)) {
      if (file.toString().endsWith(".snap")) {
        // The JSON begins somewhere in the protobuf and ends with its last field.
        String latin = new String(disk.contents(file), StandardCharsets.ISO_8859_1);
        int start = latin.indexOf("{\"Root\"");
        int end = latin.lastIndexOf("\"CurrentVersion\":2}") + "\"CurrentVersion\":2}".length();
        dumps.add(
            new Dump(
                file.toString(),
                latin.substring(start, end).getBytes(StandardCharsets.ISO_8859_1)));
      }
    }
    dumps.sort(Comparator.comparing(Dump::file));
    return dumps;
  }

  /** With one member there is only one order to write in: every byte must be the original's. */
  @Test
  void aDumpOfOneMemberIsTheOriginalsToTheByte() {
    List<Dump> dumps = dumps("single-3.6/data.tar.gz");
    assertThat(dumps).isNotEmpty();
    for (Dump dump : dumps) {
      V2Store.Recovered read = V2Store.read(dump.json);
      assertThat(read.userContent()).isFalse();
      assertThat(read.view().members()).hasSize(1);
      assertThat(read.view().clusterVersion()).contains(Version.of(3, 6));
      assertThat(new String(V2Store.write(read.view()), StandardCharsets.UTF_8))
          .as(dump.file)
          .isEqualTo(new String(dump.json, StandardCharsets.UTF_8));
    }
  }

  /** The original takes several members in the order of a Go map; all else is equal. */
  @Test
  void aDumpOfSeveralMembersHasTheSameContentAndSize() {
    List<Dump> dumps = dumps("cluster3-3.6/b.tar.gz");
    assertThat(dumps).isNotEmpty();
    for (Dump dump : dumps) {
      MembershipView view = V2Store.read(dump.json).view();
      byte[] ours = V2Store.write(view);
      assertThat(V2Store.read(ours).view()).as(dump.file).isEqualTo(view);
      // Only the indexes of nodes, which depend on the order, may move between members.
      assertThat(ours).as(dump.file).hasSameSizeAs(dump.json);
      assertThat(view.members().values())
          .allSatisfy(member -> assertThat(member.started()).isTrue());
    }
    MembershipView last = V2Store.read(dumps.getLast().json).view();
    assertThat(last.members().keySet())
        .containsExactly(0x19a02952c9bbd2d4L, 0x91e612bc0a75deb2L, 0xf9dad91e11d4cf50L);
    assertThat(last.removed()).containsExactly(0x5c0aa3ec15041597L, 0x62d78df901614f15L);
  }

  @ParameterizedTest
  @CsvSource({"v2-content-3.4, in-snap.tar.gz, true", "single-3.4, data.tar.gz, false"})
  void whatUsersOfV2StoredIsSeen(String folder, String archive, boolean content) {
    List<Dump> dumps = dumps(folder + "/" + archive);
    assertThat(dumps).isNotEmpty();
    assertThat(V2Store.read(dumps.getLast().json).userContent()).isEqualTo(content);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          "1":{"Path":"/1","Children":{}}                                               | false
          "1":{"Path":"/1","Children":{"a":{"Path":"/1/a","Value":"x"}}}                | true
          "2":{"Path":"/2","Children":{"users":{"Path":"/2/users","Children":{}}}}      | false
          "2":{"Path":"/2","Children":{"users":{"Children":{"u":{"Value":""}}}}}        | true
          "_h":{"Path":"/_h","Children":{"a":{"Path":"/_h/a","Value":"x"}}}             | false
          "3":{"Path":"/3","Value":"leaf"}                                              | false
          """)
  void userContentByPlace(String node, boolean content) {
    String json = "{\"root\":{\"path\":\"/\",\"CHILDREN\":{" + node + "}},\"CurrentVersion\":2}";
    assertThat(V2Store.read(json.getBytes(StandardCharsets.UTF_8)).userContent())
        .isEqualTo(content);
  }

  @Test
  void everyMembershipComesBack() {
    TreeMap<Long, Member> members = new TreeMap<>(Long::compareUnsigned);
    members.put(1L, new Member(1, List.of("http://a:1", "http://b:2"), false, "<&>", List.of("c")));
    members.put(-1L, Member.of(-1, List.of("http://c"), true));
    MembershipView view =
        new MembershipView(
            members, new TreeSet<>(Set.of(7L, -9L)), Optional.of(Version.of(3, 5)), Downgrade.NONE);
    assertThat(V2Store.read(V2Store.write(view)).view()).isEqualTo(view);
    assertThat(V2Store.read(V2Store.write(MembershipView.EMPTY)).view())
        .isEqualTo(MembershipView.EMPTY);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "{",
        "[]",
        "{\"Root\":7}",
        "{\"Root\":{\"Children\":{\"0\":{\"Children\":{\"members\":{\"Children\":{\"xyz\":{}}}}}}}}",
        "{\"Root\":{\"Children\":{\"0\":{\"Children\":{\"members\":{\"Children\":{\"1\":{}}}}}}}}"
      })
  void damageIsRefused(String json) {
    assertThatThrownBy(() -> V2Store.read(json.getBytes(StandardCharsets.UTF_8)))
        .isInstanceOf(RuntimeException.class);
  }

  @Test
  void theJsonOfAMemberIsGos() {
    assertThat(new Member(-1, List.of("http://h:1"), false, "", List.of()).toJson())
        .isEqualTo("{\"id\":18446744073709551615,\"peerURLs\":[\"http://h:1\"]}");
    assertThat(new Member(1, List.of(), true, "a&b", List.of("u")).toJson())
        .isEqualTo(
            "{\"id\":1,\"peerURLs\":null,\"isLearner\":true,\"name\":\"a\\u0026b\",\"clientURLs\":[\"u\"]}");
    Map<String, Long> ids =
        Map.of("{\"ID\":18446744073709551615}", -1L, "{\"peerURLs\":null}", 5L, "{\"id\":12}", 12L);
    ids.forEach((json, id) ->
        assertThat(Member.fromJson(5, json.getBytes(StandardCharsets.UTF_8)).id()).isEqualTo(id));
  }
}
