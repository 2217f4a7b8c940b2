package io.quorate.mvcc;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.backend.BackendSnapshot;
import io.quorate.backend.FileHash;
import io.quorate.io.Failpoints;
import io.quorate.io.fixture.Fixtures;
import io.quorate.io.memory.MemoryDisk;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Databases that the original wrote: read as it reads them, at every revision it was asked for. */
class OriginalsFilesTest {
  private static OneStore open(String fixture) {
    return open(fixture, MvccOptions.DEFAULT);
  }

  private static OneStore open(String fixture, MvccOptions options) {
    MemoryDisk disk = Fixtures.unpack(fixture + "/data.tar.gz", Path.of("/"));
    return new OneStore(disk, OneStore.SMALL, options, Failpoints.NONE);
  }

  private static JsonNode json(String name) throws Exception {
    return new ObjectMapper().readTree(Fixtures.text(name));
  }

  @ParameterizedTest
  @ValueSource(strings = {"single-3.5", "single-3.6", "single-3.7"})
  void aWholeHistory(String fixture) throws Exception {
    OneStore one = open(fixture);
    JsonNode expected = json(fixture + "/expected.json");
    long revision = expected.get("revision").asLong();
    long compacted = expected.get("compact_revision").asLong();
    assertThat(one.store.revision()).isEqualTo(revision);
    assertThat(one.store.compactedRevision()).isEqualTo(compacted);
    assertThat(one.backend.appliedIndex())
        .isEqualTo(expected.get("meta").get("consistent_index").asLong());
    for (JsonNode hash : expected.get("hashkv")) {
      assertHash(one, hash);
    }
    int ranges = 0;
    for (JsonNode range : json(fixture + "/ranges.json")) {
      assertRange(one, range);
      ranges++;
    }
    assertThat(ranges).isEqualTo(4);
    try (View view = one.store.view()) {
      KeyRange all = new KeyRange(new byte[] {0}, new byte[] {0});
      assertThatThrownBy(() -> view.range(all, RangeOptions.at(compacted - 1)))
          .isInstanceOf(MvccException.Compacted.class);
      assertThatThrownBy(() -> view.range(all, RangeOptions.at(revision + 1)))
          .isInstanceOf(MvccException.FutureRevision.class);
    }
    int leased = 0;
    for (JsonNode lease : expected.get("leases")) {
      for (JsonNode key : lease.path("keys")) {
        assertThat(one.restoredLeases)
            .containsKey(OneStore.text(Base64.getDecoder().decode(key.asText())));
        leased++;
      }
    }
    assertThat(one.restoredLeases).hasSize(leased);
    one.close();
    assertThat(one.disk.openFiles()).isEmpty();
  }

  @Test
  void aCompactionThatWasKilledIsTakenUpAgain() throws Exception {
    // One record a batch and the original's ten: the same end.
    for (int batch : new int[] {1, 10, 1000}) {
      OneStore one = open("killed-compacting-3.6", new MvccOptions(batch, Duration.ofMillis(10)));
      JsonNode expected = json("killed-compacting-3.6/expected.json").get("after_recovery");
      for (int round = 0; round < 2; round++) {
        assertThat(one.store.revision()).isEqualTo(119);
        assertThat(one.store.compactedRevision()).isEqualTo(97);
        for (JsonNode hash : expected.get("hashkv")) {
          assertHash(one, hash);
        }
        assertRange(one, json("killed-compacting-3.6/ranges.json"));
        one.settle();
        assertThat(one.store.storedHashes()).isEmpty();
        for (JsonNode hash : expected.get("hashkv")) {
          assertHash(one, hash);
        }
        one.reopen(); // what was finished is found finished
      }
      assertThat(
              one.backend.get(
                  io.quorate.backend.schema.BucketName.META,
                  io.quorate.backend.schema.MetaKey.FINISHED_COMPACTION.bytes()))
          .hasValue(io.quorate.backend.schema.RevisionKey.encode(97, 0, false));
      one.close();
    }
  }

  @Test
  void theHashOfTheWholeFile() throws Exception {
    OneStore one = open("single-3.6");
    var opening = one.backend.snapshot();
    one.settle();
    try (BackendSnapshot snapshot = opening.join()) {
      assertThat(snapshot.sizeBytes()).isEqualTo(684032);
      FileHash hash = snapshot.hashOfEverything();
      while (!hash.step(10)) {}
      assertThat(Integer.toUnsignedLong(hash.value())).isEqualTo(1012322803L);
    }
    one.close();
  }

  private static void assertHash(OneStore one, JsonNode expected) {
    StoredHash hash = one.hash(expected.get("rev").asLong());
    assertThat(Integer.toUnsignedLong(hash.hash())).isEqualTo(expected.get("hash").asLong());
    assertThat(hash.compactRevision()).isEqualTo(expected.get("compact_revision").asLong());
    if (expected.has("hash_revision")) { // not yet in 3.5
      assertThat(hash.revision()).isEqualTo(expected.get("hash_revision").asLong());
    }
  }

  private static void assertRange(OneStore one, JsonNode expected) throws Exception {
    try (View view = one.store.view()) {
      RangeResult result =
          view.range(
              new KeyRange(new byte[] {0}, new byte[] {0}),
              RangeOptions.at(expected.get("rev").asLong()));
      assertThat(result.count()).isEqualTo(expected.get("count").asLong());
      assertThat(result.keyValues()).hasSize(expected.get("kvs").size());
      for (int i = 0; i < result.keyValues().size(); i++) {
        assertKeyValue(result.keyValues().get(i), expected.get("kvs").get(i));
      }
    }
  }

  private static void assertKeyValue(MemorySegment actual, JsonNode expected) throws Exception {
    byte[] value = KeyValueBytes.value(actual).toArray(ValueLayout.JAVA_BYTE);
    assertThat(KeyValueBytes.key(actual).toArray(ValueLayout.JAVA_BYTE))
        .isEqualTo(Base64.getDecoder().decode(expected.get("key").asText()));
    assertThat(KeyValueBytes.createRevision(actual))
        .isEqualTo(expected.path("create_revision").asLong());
    assertThat(KeyValueBytes.modRevision(actual)).isEqualTo(expected.path("mod_revision").asLong());
    assertThat(KeyValueBytes.version(actual)).isEqualTo(expected.path("version").asLong());
    assertThat(KeyValueBytes.lease(actual)).isEqualTo(expected.path("lease").asLong());
    if (expected.has("value_sha256")) {
      assertThat(value).hasSize(expected.get("value_length").asInt());
      assertThat(HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(value)))
          .isEqualTo(expected.get("value_sha256").asText());
    } else {
      assertThat(value).isEqualTo(Base64.getDecoder().decode(expected.path("value").asText("")));
    }
  }
}
