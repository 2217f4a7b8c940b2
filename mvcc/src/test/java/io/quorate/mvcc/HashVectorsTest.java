package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.quorate.io.fixture.Fixtures;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

/** HashKV as the original answered it, over puts, deletes, txns, leases, compactions, restarts. */
class HashVectorsTest {
  private final OneStore one = new OneStore();
  private final Map<Long, TreeSet<String>> leases = new HashMap<>();
  private final Map<String, Long> leaseOf = new HashMap<>();

  @Test
  void everyHashIsTheOriginals() throws Exception {
    JsonNode all = new ObjectMapper().readTree(Fixtures.text("hashkv-vectors.json"));
    assertThat(replay(all.get("script"))).isEqualTo(266);
  }

  @Test
  void everyHashOfTheLongLoopIsTheOriginals() throws Exception {
    JsonNode all = new ObjectMapper().readTree(Fixtures.text("hashkv-vectors.json"));
    assertThat(replay(all.get("regression_loop"))).isEqualTo(25);
  }

  @Test
  void regressionValuesOfTheOriginalsOwnTests() {
    String[] names = {"alice", "bob", "celine", "dominik", "eve", "frederica", "gorge"};
    long[][] expected = {
      {4082599214L, -1, 35},
      {2279933401L, 35, 106},
      {3284231217L, 106, 177},
      {126286495L, 177, 248},
      {900108730L, 248, 319}
    };
    for (int k = 0; k < expected.length; k++) {
      for (int i = 71 * k; i <= 71 * k + 71; i++) {
        String key = i % 142 == 30 ? "zenek" : i % 71 == 30 ? "xavery" : names[i % 7];
        one.put(key, Integer.toString(i));
      }
      StoredHash hash = one.hash(71L * k + 35);
      assertThat(
              new long[] {
                Integer.toUnsignedLong(hash.hash()), hash.compactRevision(), hash.revision()
              })
          .isEqualTo(expected[k]);
      one.settle(one.compact(71L * k + 35));
      // What the compaction computed on its way is the same.
      assertThat(one.store.storedHashes().getFirst()).isEqualTo(hash);
    }
  }

  /** Seen on 3.6.14 by the differential test: the hash of the bucket's name alone. */
  @Test
  void atANegativeRevisionNothingIsVisible() {
    one.put("a", "1");
    one.settle(one.compact(2));
    for (long revision : new long[] {-1, Long.MIN_VALUE}) {
      assertThat(one.hash(revision)).isEqualTo(new StoredHash((int) 1084519789L, 2, revision));
    }
  }

  private int replay(JsonNode part) {
    int hashes = 0;
    int number = 0;
    for (JsonNode step : part.get("steps")) {
      if (step.path("restart_before").asBoolean()) {
        one.settle();
        one.reopen();
      }
      for (JsonNode operation : step.get("operations")) {
        ObjectNode body = operation.get("body").deepCopy();
        if (operation.has("value_repeat")) {
          JsonNode repeat = operation.get("value_repeat");
          String unit = OneStore.text(bytes(repeat, "unit"));
          byte[] value = OneStore.bytes(unit.repeat(repeat.get("count").asInt()));
          body.put("value", Base64.getEncoder().encodeToString(value));
        }
        run(operation.get("path").asText(), body);
        assertThat(one.store.revision()).isEqualTo(operation.get("revision").asLong());
      }
      for (JsonNode expected : step.get("hashkv")) {
        assertThat(answer(expected.get("rev").asLong()))
            .as("step %d rev %d", number, expected.get("rev").asLong())
            .isEqualTo(expected(expected));
        hashes++;
      }
      number++;
    }
    return hashes;
  }

  private static String expected(JsonNode expected) {
    return expected.has("error")
        ? expected.get("error").asText()
        : expected.get("hash").asLong()
            + " "
            + expected.get("compact_revision").asLong()
            + " "
            + expected.get("hash_revision").asLong();
  }

  private String answer(long revision) {
    try {
      StoredHash hash = one.hash(revision);
      return Integer.toUnsignedLong(hash.hash())
          + " "
          + hash.compactRevision()
          + " "
          + hash.revision();
    } catch (MvccException e) {
      return "etcdserver: " + e.getMessage();
    }
  }

  private void run(String path, JsonNode body) {
    switch (path) {
      case "/v3/kv/put" -> one.apply(t -> put(t, body));
      case "/v3/kv/deleterange" -> one.apply(t -> delete(t, body));
      case "/v3/kv/txn" ->
          one.apply(t -> {
            for (JsonNode op : body.get("success")) {
              if (op.has("request_put")) {
                put(t, op.get("request_put"));
              } else if (op.has("request_delete_range")) {
                delete(t, op.get("request_delete_range"));
              }
            }
          });
      case "/v3/kv/compaction" -> one.settle(one.compact(body.get("revision").asLong()));
      case "/v3/lease/grant" -> {}
      case "/v3/lease/revoke" ->
          one.apply(t -> {
            for (String key : leases.getOrDefault(body.get("ID").asLong(), new TreeSet<>())) {
              t.deleteRange(KeyRange.single(OneStore.bytes(key)), k -> {});
            }
          });
      default -> throw new AssertionError(path);
    }
  }

  private void put(WriteTransaction t, JsonNode body) {
    byte[] key = bytes(body, "key");
    long lease = body.path("lease").asLong();
    t.put(key, bytes(body, "value"), lease);
    detach(key);
    if (lease != 0) {
      leases.computeIfAbsent(lease, l -> new TreeSet<>()).add(OneStore.text(key));
      leaseOf.put(OneStore.text(key), lease);
    }
  }

  private void detach(byte[] key) {
    Long old = leaseOf.remove(OneStore.text(key));
    if (old != null) {
      leases.get(old).remove(OneStore.text(key));
    }
  }

  private void delete(WriteTransaction t, JsonNode body) {
    t.deleteRange(new KeyRange(bytes(body, "key"), bytes(body, "range_end")), this::detach);
  }

  private static byte[] bytes(JsonNode body, String field) {
    return Base64.getDecoder().decode(body.path(field).asText(""));
  }
}
