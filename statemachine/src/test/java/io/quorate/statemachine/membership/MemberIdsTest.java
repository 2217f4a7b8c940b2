package io.quorate.statemachine.membership;

import static org.assertj.core.api.Assertions.assertThat;

import io.quorate.gotext.JsonReader;
import io.quorate.io.fixture.Fixtures;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Ids, against those that the original gave (fixtures/ids.json) and those of spec/peer.md 5. */
final class MemberIdsTest {
  @ParameterizedTest
  @CsvSource({
    "http://localhost:2380, etcd-cluster, 8e9e05c52164694d, cdf818194e3a8c32",
    "http://10.0.1.10:2380, etcd-cluster, 794aea3ba77a1d64, ''",
    "http://127.0.0.1:37902, tok, b27b28dff0f72375, e18dfcd0657dab0d",
    "https://10.0.1.10:2380 http://10.0.1.10:2380, tok, 22e67f45c3fc5dc0, ''"
  })
  void founding(String urls, String token, String member, String cluster) {
    long id = MemberIds.founding(List.of(urls.split(" ")), token);
    assertThat(Member.hex(id)).isEqualTo(member);
    if (!cluster.isEmpty()) {
      assertThat(Member.hex(MemberIds.cluster(List.of(id)))).isEqualTo(cluster);
    }
  }

  @Test
  void aClusterOfThree() {
    List<Long> ids = new ArrayList<>();
    for (int i = 12; i >= 10; i--) {
      ids.add(MemberIds.founding(List.of("http://10.0.1." + i + ":2380"), "etcd-cluster"));
    }
    assertThat(Member.hex(MemberIds.cluster(ids))).isEqualTo("e33cd1f1301c41a0");
  }

  @Test
  void addedAtRunTime() {
    assertThat(Member.hex(MemberIds.added(List.of("http://10.0.1.13:2380"), 1700000000)))
        .isEqualTo("bedb40e34e5bb9ea");
    assertThat(Member.hex(MemberIds.added(List.of("http://127.0.0.1:42999"), 1795219716)))
        .isEqualTo("9a28d1d464972037");
  }

  @Test
  void allVectorsOfTheOriginal() {
    byte[] json = Fixtures.text("ids.json").getBytes(StandardCharsets.UTF_8);
    JsonReader in = new JsonReader(json);
    int[] checked = {0};
    in.object(field -> {
      switch (field) {
        case "bootstrap" -> in.array(() -> checked[0] += foundingVector(in));
        case "added_at_run_time" -> in.array(() -> checked[0] += addedVector(in));
        default -> in.skip();
      }
    });
    assertThat(checked[0]).isGreaterThan(15);
  }

  private static int foundingVector(JsonReader in) {
    String[] token = {""};
    String[] cluster = {""};
    List<Long> ids = new ArrayList<>();
    List<List<String>> urls = new ArrayList<>();
    in.object(field -> {
      switch (field) {
        case "initial_cluster_token" -> token[0] = in.text();
        case "cluster_id" -> cluster[0] = in.text();
        case "members" ->
            in.map(_ ->
                in.object(part -> {
                  switch (part) {
                    case "id" -> ids.add(Long.parseUnsignedLong(in.text(), 16));
                    case "peer_urls" -> {
                      List<String> all = new ArrayList<>();
                      in.array(() -> all.add(in.text()));
                      urls.add(all);
                    }
                    default -> in.skip();
                  }
                }));
        default -> in.skip();
      }
    });
    if (ids.isEmpty()) {
      return 0;
    }
    for (int i = 0; i < ids.size(); i++) {
      assertThat(MemberIds.founding(urls.get(i), token[0]))
          .as("%s", urls.get(i))
          .isEqualTo(ids.get(i));
    }
    assertThat(Member.hex(MemberIds.cluster(ids))).isEqualTo(cluster[0]);
    return 1;
  }

  private static int addedVector(JsonReader in) {
    List<String> urls = new ArrayList<>();
    long[] seconds = {0};
    String[] id = {""};
    in.object(field -> {
      switch (field) {
        case "peer_urls" -> in.array(() -> urls.add(in.text()));
        case "unix_seconds" -> seconds[0] = in.number();
        case "member_id" -> id[0] = in.text();
        default -> in.skip();
      }
    });
    assertThat(Member.hex(MemberIds.added(urls, seconds[0]))).isEqualTo(id[0]);
    return 1;
  }
}
