package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.io.Disk;
import io.quorate.io.DiskFile;
import io.quorate.io.fixture.Fixtures;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.raft.codec.EntryCodec;
import io.quorate.raft.codec.HardStateCodec;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import java.nio.ByteBuffer;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Logs that the original wrote: we find each of its records, and would have written the same. */
class FixtureLogTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  @ParameterizedTest
  @CsvSource({
    "torn-wal/behind.tar.gz, torn-wal/behind-records.jsonl, data/member/wal",
    "torn-wal/ahead.tar.gz, torn-wal/ahead-records.jsonl, data/member/wal",
    "torn-wal/segments.tar.gz, torn-wal/segments-records.jsonl, data/member/wal",
    "torn-wal/segments-snap.tar.gz, torn-wal/segments-snap-records.jsonl, data/member/wal",
    "killed-3.6/data.tar.gz, killed-3.6/wal-records.jsonl, data/member/wal",
    "killed-default-3.6/data.tar.gz, killed-default-3.6/wal-records.jsonl, data/member/wal",
    "killed-compacting-3.6/data.tar.gz, killed-compacting-3.6/wal-records.jsonl, data/member/wal",
    "single-3.4/data.tar.gz, single-3.4/wal-records.jsonl, data/member/wal",
    "single-3.5/data.tar.gz, single-3.5/wal-records.jsonl, data/member/wal",
    "single-3.6/data.tar.gz, single-3.6/wal-records.jsonl, data/member/wal",
    "single-3.7/data.tar.gz, single-3.7/wal-records.jsonl, data/member/wal",
    "cluster3-3.6/b.tar.gz, cluster3-3.6/wal-records-b.jsonl, b/member/wal",
    "cluster3-3.6/d.tar.gz, cluster3-3.6/wal-records-d.jsonl, d/member/wal",
    "cluster3-3.6/e.tar.gz, cluster3-3.6/wal-records-e.jsonl, e/member/wal",
    "downgrade-3.6-to-3.5/enabled.tar.gz, downgrade-3.6-to-3.5/enabled-wal-records.jsonl, data/member/wal",
  })
  void everyRecordIsFoundAndRewrittenAsItStands(String archive, String records, String folder)
      throws Exception {
    MemoryDisk disk = Fixtures.unpack(archive, Path.of("/"));
    TreeMap<String, List<JsonNode>> expected = new TreeMap<>();
    for (String line : Fixtures.text(records).lines().toList()) {
      JsonNode record = JSON.readTree(line);
      if (!record.has("end")) {
        expected.computeIfAbsent(record.get("file").asText(), f -> new ArrayList<>()).add(record);
      }
    }
    List<RecordReader.Segment> segments = new ArrayList<>();
    for (String file : expected.keySet()) {
      DiskFile open = disk.open(Path.of("/", folder, file), Disk.Mode.READ);
      segments.add(new RecordReader.Segment(open, file));
    }
    RecordReader reader = new RecordReader(segments);
    // 3.4 marks snapshots without their configuration, and a purged log does not begin at 0.
    boolean rewrite = segments.getFirst().name().startsWith("0000000000000000-");
    rewrite &= !archive.contains("3.4");
    Rewriter rewriter = new Rewriter();
    for (List<JsonNode> file : expected.values()) {
      for (JsonNode record : file) {
        assertThat(reader.next()).as(record.toString()).isTrue();
        assertThat(reader.name()).isEqualTo(record.get("file").asText());
        assertThat(reader.offset()).isEqualTo(record.get("offset").asLong());
        assertThat(reader.type()).isEqualTo(record.get("type").asLong());
        assertThat(Integer.toUnsignedLong(reader.storedCrc()))
            .isEqualTo(record.get("crc").asLong());
        assertThat(reader.dataLength()).isEqualTo(record.path("data_length").asInt(0));
        if (reader.type() == RecordType.CRC) {
          assertThat(reader.reseed()).isTrue();
        }
        if (rewrite) {
          rewriter.take(reader);
        }
      }
    }
    assertThat(reader.next()).isFalse();
    if (segments.getFirst().name().startsWith("0000000000000000-") && !records.contains("3.4")) {
      rewriter.compare(disk, Path.of("/", folder), expected.keySet());
    }
  }

  /** Does to a log of ours what the original must have been told. */
  private static final class Rewriter {
    private final MemoryDisk disk = new MemoryDisk(1);
    private final WalDirectory directory =
        WalFixture.directory(disk, WalOptions.DEFAULT, new RecordingLogger());
    private Wal wal;
    private final List<Entry> entries = new ArrayList<>();
    private String file = "";
    private int heads;

    void take(RecordReader reader) {
      byte[] data =
          Arrays.copyOfRange(
              reader.bytes(), reader.dataAt(), reader.dataAt() + reader.dataLength());
      if (!reader.name().equals(file)) {
        file = reader.name();
        heads = 3;
        if (wal != null) {
          flush(HardState.EMPTY);
        }
      }
      switch ((int) reader.type()) {
        case RecordType.METADATA -> {
          heads--;
          if (wal == null) {
            wal = directory.create(WalMetadata.decode(data));
          }
        }
        case RecordType.CRC -> heads--;
        case RecordType.ENTRY -> {
          heads = 0;
          entries.add(EntryCodec.decode(data));
        }
        case RecordType.STATE -> {
          // The state at the head of a later segment comes from the cut itself.
          if (heads == 0 || heads == 1 && file.startsWith("0000000000000000-")) {
            flush(HardStateCodec.decode(ByteBuffer.wrap(data)));
          }
          heads = 0;
        }
        case RecordType.SNAPSHOT -> {
          WalSnapshot snapshot = WalSnapshot.decode(data, 0, data.length);
          if (snapshot.index() != 0) {
            flush(HardState.EMPTY);
            wal.saveSnapshot(snapshot);
          }
        }
        default -> throw new AssertionError(reader.type());
      }
    }

    private void flush(HardState state) {
      if (wal.append(state, entries)) {
        wal.sync();
      }
      entries.clear();
    }

    void compare(MemoryDisk original, Path folder, Iterable<String> names) {
      flush(HardState.EMPTY);
      wal.close();
      for (String name : names) {
        Path ours = WalFixture.FOLDER.resolve(name);
        assertThat(disk.exists(ours)).as(name).isTrue();
        assertThat(disk.length(ours)).as(name).isEqualTo(original.length(folder.resolve(name)));
        assertThat(Arrays.equals(disk.contents(ours), original.contents(folder.resolve(name))))
            .as(name)
            .isTrue();
      }
    }
  }
}
