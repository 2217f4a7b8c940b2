package io.quorate.backend;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.quorate.backend.schema.MetaKey;
import io.quorate.backend.schema.Migration;
import io.quorate.backend.schema.StorageVersion;
import java.nio.charset.StandardCharsets;
import java.util.EnumMap;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** Detection and migration of the layout (spec/storage.md 7). */
class MigrationTest {
  private static final byte[] NUMBER = {0, 0, 0, 0, 0, 0, 0, 5};
  private static final byte[] ZERO = new byte[8];

  private final Map<MetaKey, byte[]> meta = new EnumMap<>(MetaKey.class);
  private final Migration.WritableRecords records =
      new Migration.WritableRecords() {
        @Override
        public Optional<byte[]> get(MetaKey key) {
          return Optional.ofNullable(meta.get(key));
        }

        @Override
        public void put(MetaKey key, byte[] value) {
          meta.put(key, value);
        }

        @Override
        public void delete(MetaKey key) {
          meta.remove(key);
        }
      };

  private void storageVersion(String text) {
    meta.put(MetaKey.STORAGE_VERSION, text.getBytes(StandardCharsets.US_ASCII));
  }

  @Test
  void detection() {
    assertThatThrownBy(() -> Migration.detect(records)).hasMessage("missing term information");
    meta.put(MetaKey.CONSISTENT_INDEX, NUMBER);
    meta.put(MetaKey.TERM, ZERO);
    assertThatThrownBy(() -> Migration.detect(records)).hasMessage("missing term information");
    meta.put(MetaKey.TERM, NUMBER);
    assertThat(Migration.detect(records)).isEqualTo(StorageVersion.V3_5);
    storageVersion("nonsense");
    assertThat(Migration.detect(records)).isEqualTo(StorageVersion.V3_5);
    storageVersion("3.7.0");
    assertThat(Migration.detect(records)).hasToString("3.7.0");
  }

  @Test
  void plans() {
    StorageVersion four = new StorageVersion(3, 4);
    StorageVersion seven = new StorageVersion(3, 7);
    assertThatCode(() -> Migration.checkPlan(StorageVersion.V3_5, StorageVersion.V3_6))
        .doesNotThrowAnyException();
    assertThatCode(() -> Migration.checkPlan(StorageVersion.V3_6, StorageVersion.V3_5))
        .doesNotThrowAnyException();
    assertThatThrownBy(() -> Migration.checkPlan(seven, StorageVersion.V3_6))
        .hasMessage("version \"3.7.0\" is not supported");
    assertThatThrownBy(() -> Migration.checkPlan(StorageVersion.V3_5, seven))
        .hasMessage("version \"3.7.0\" is not supported");
    assertThatThrownBy(() -> Migration.checkPlan(StorageVersion.V3_6, four))
        .hasMessage("version \"3.5.0\" is not supported");
    assertThatThrownBy(() -> Migration.checkPlan(new StorageVersion(4, 0), StorageVersion.V3_6))
        .hasMessage("changing major storage version is not supported");
  }

  @Test
  void upAndDown() {
    assertThatThrownBy(() -> Migration.migrate(records, StorageVersion.V3_6))
        .hasMessage("cannot detect storage schema version: missing term information");
    meta.put(MetaKey.CONSISTENT_INDEX, NUMBER);
    meta.put(MetaKey.TERM, NUMBER);
    Migration.migrate(records, StorageVersion.V3_6);
    assertThat(new String(meta.get(MetaKey.STORAGE_VERSION), StandardCharsets.US_ASCII))
        .isEqualTo("3.6.0");
    assertThatThrownBy(() -> Migration.migrate(records, new StorageVersion(3, 7)))
        .hasMessage("cannot create migration plan: version \"3.7.0\" is not supported");
    Migration.migrate(records, StorageVersion.V3_5);
    assertThat(meta).doesNotContainKey(MetaKey.STORAGE_VERSION);
  }
}
