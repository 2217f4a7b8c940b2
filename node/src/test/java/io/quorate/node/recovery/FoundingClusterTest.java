package io.quorate.node.recovery;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.io.fixture.Fixtures;
import io.quorate.raft.Peer;
import io.quorate.wal.WalMetadata;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.SortedMap;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class FoundingClusterTest {
  private static FoundingCluster cluster(String flag, String token) {
    SortedMap<String, List<String>> urls = new TreeMap<>();
    for (String part : flag.split(",")) {
      int equals = part.indexOf('=');
      urls.computeIfAbsent(part.substring(0, equals), n -> new ArrayList<>())
          .add(part.substring(equals + 1));
    }
    return new FoundingCluster(urls, token);
  }

  @Test
  void idsAreThoseOfTheOriginal() throws Exception {
    JsonNode vectors = new ObjectMapper().readTree(Fixtures.text("ids.json")).get("bootstrap");
    assertThat(vectors.size()).isEqualTo(15);
    for (JsonNode vector : vectors) {
      FoundingCluster cluster =
          cluster(
              vector.get("initial_cluster").asText(), vector.get("initial_cluster_token").asText());
      WalMetadata ids = cluster.idsOf(vector.get("name").asText());
      assertThat(Long.toHexString(ids.nodeId())).isEqualTo(vector.get("member_id").asText());
      assertThat(Long.toHexString(ids.clusterId())).isEqualTo(vector.get("cluster_id").asText());
      List<Peer> peers = cluster.peers();
      vector
          .get("members")
          .properties()
          .forEach(member -> {
            JsonNode expected = member.getValue();
            Peer peer = peers.get(expected.get("bootstrap_entry_index").asInt() - 1);
            assertThat(Long.toHexString(peer.id())).isEqualTo(expected.get("id").asText());
            assertThat(new String(peer.context(), StandardCharsets.UTF_8))
                .contains("\"name\":\"" + member.getKey() + "\"")
                .contains("{\"id\":" + expected.get("id_decimal").asText() + ",");
          });
    }
  }

  @Test
  void theEntryOfAFoundingMemberCarriesItsJson() {
    FoundingCluster cluster = cluster("n1=http://127.0.0.1:42380", "etcd-cluster");
    assertThat(new String(cluster.peers().getFirst().context(), StandardCharsets.UTF_8))
        .endsWith(",\"peerURLs\":[\"http://127.0.0.1:42380\"],\"name\":\"n1\"}");
  }

  private static void refused(String flag, String name, List<String> advertised, String error) {
    assertThatThrownBy(
            () -> cluster(flag, "t").validate(name, advertised, FoundingCluster.UrlComparison.TEXT))
        .isInstanceOf(CannotStartException.class)
        .hasMessage(error)
        .extracting(e -> ((CannotStartException) e).stage())
        .isEqualTo("discovery failed");
  }

  @Test
  void contradictionsBetweenFlagsAreNamedAsByTheOriginal() {
    refused(
        "a=http://a:2380",
        "s9",
        List.of("http://a:2380"),
        "couldn't find local name \"s9\" in the initial cluster configuration");
    refused(
        "s9=http://a:2380",
        "s9",
        List.of("http://b:2380"),
        "--initial-cluster has s9=http://a:2380 but missing from"
            + " --initial-advertise-peer-urls=http://b:2380 (resolved urls: \"http://b:2380\" !="
            + " \"http://a:2380\")");
    refused(
        "s=http://x:1,s=http://y:1",
        "s",
        List.of("http://x:1"),
        "--initial-cluster has s=http://y:1 but missing from"
            + " --initial-advertise-peer-urls=http://x:1 (len([\"http://x:1\"]) !="
            + " len([\"http://x:1\" \"http://y:1\"]))");
    refused(
        "s=http://x:1",
        "s",
        List.of("http://y:1", "http://x:1"),
        "--initial-advertise-peer-urls has http://y:1 but missing from"
            + " --initial-cluster=s=http://x:1,s=http://y:1");
    refused(
        "b=http://x:1,a=http://x:1",
        "a",
        List.of("http://x:1"),
        "initial cluster a=http://x:1,b=http://x:1 has duplicate url");
  }
}
