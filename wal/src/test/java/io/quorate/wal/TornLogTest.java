package io.quorate.wal;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.io.fixture.Damage;
import io.quorate.io.fixture.Fixtures;
import io.quorate.io.fixture.RecordingLogger;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.raft.message.Entry;
import io.quorate.raft.message.HardState;
import io.quorate.raft.message.Snapshot;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeSet;
import org.junit.jupiter.api.DynamicTest;
import org.junit.jupiter.api.TestFactory;

/**
 * Every damage of {@code fixtures/torn-wal}: we start where the original starts, from the same
 * entry, and refuse what it refuses, in its words.
 */
class TornLogTest {
  private static final Path WAL = Path.of("/data/member/wal");
  private static final Path SNAP = Path.of("/data/member/snap");

  @TestFactory
  List<DynamicTest> damages() throws Exception {
    JsonNode bases =
        new ObjectMapper().readTree(Fixtures.text("torn-wal/expected.json")).get("bases");
    List<DynamicTest> tests = new ArrayList<>();
    bases
        .properties()
        .forEach(base -> {
          MemoryDisk undamaged =
              Fixtures.unpack("torn-wal/" + base.getKey() + ".tar.gz", Path.of("/"));
          base.getValue()
              .get("variants")
              .properties()
              .forEach(variant ->
                  tests.add(
                      DynamicTest.dynamicTest(
                          base.getKey() + " " + variant.getKey(),
                          () -> check(undamaged.copy(1), variant.getValue()))));
        });
    assertThat(tests).hasSizeGreaterThan(40);
    return tests;
  }

  private static void check(MemoryDisk disk, JsonNode variant) {
    Damage.apply(disk, WAL, variant.path("edits"));
    JsonNode original = variant.get("original_3.6.14");
    RecordingLogger log = new RecordingLogger();
    WalDirectory directory =
        new WalDirectory(
            disk,
            WAL,
            WalOptions.DEFAULT,
            WalFixture.CLOCK,
            io.quorate.io.Failpoints.NONE,
            WalListener.NONE,
            log);
    SnapshotDirectory snapshots =
        new SnapshotDirectory(disk, SNAP, WalFixture.CLOCK, WalListener.NONE, log);
    if (!directory.hasLog()) {
      // All segments deleted: it starts as a new member, and takes part of nothing here.
      assertThat(original.get("raft_start").path("last_index").asLong()).isLessThan(10);
      return;
    }
    String refusal = null;
    WalContents contents = null;
    Snapshot snapshot = Snapshot.EMPTY;
    try {
      List<WalSnapshot> valid = directory.validSnapshots();
      snapshot = snapshots.newestOf(valid).orElse(Snapshot.EMPTY);
      WalDirectory.Opened opened =
          directory.openRepaired(
              new WalSnapshot(snapshot.index(), snapshot.term(), Optional.empty()));
      contents = opened.contents();
      opened.wal().close();
    } catch (WalException.CannotStart e) {
      refusal = e.stage() + " " + e.getMessage();
    } catch (WalException e) {
      refusal = "discovery failed " + e.getMessage();
    }

    JsonNode start = original.get("raft_start");
    if (start == null) {
      JsonNode fatal = null;
      for (JsonNode message : original.path("messages")) {
        if (message.path("raw").asText().equals("panic: cannot use none as id")) {
          // The file is empty: no metadata, so no id.
          assertThat(contents.metadata()).isEmpty();
          return;
        }
        if (message.path("level").asText().matches("fatal|panic")) {
          fatal = message;
        }
      }
      assertThat(fatal).as(original.toString()).isNotNull();
      assertThat(refusal).isEqualTo(fatal.get("msg").asText() + " " + fatal.get("error").asText());
      return;
    }
    assertThat(refusal).isNull();
    HardState state = contents.hardState();
    assertThat(state.term()).isEqualTo(start.get("term").asLong());
    assertThat(state.commit()).isEqualTo(start.get("commit").asLong());
    assertThat(snapshot.index()).isEqualTo(start.get("applied").asLong());
    Entry last = contents.entries().getLast();
    assertThat(last.index()).isEqualTo(start.get("last_index").asLong());
    assertThat(last.term()).isEqualTo(start.get("last_term").asLong());
    if (original.has("member_id")) {
      assertThat(Long.toHexString(contents.metadata().orElseThrow().nodeId()))
          .isEqualTo(original.get("member_id").asText());
    }
    String repaired = "";
    for (JsonNode message : original.path("messages")) {
      if (message.path("msg").asText().equals("repaired WAL")) {
        repaired = "INFO repaired WAL error=" + message.get("error").asText();
      }
    }
    assertThat(log.lines.stream().filter(l -> l.startsWith("INFO repaired WAL")).findFirst())
        .isEqualTo(Optional.of(repaired).filter(r -> !r.isEmpty()));
    TreeSet<String> ours = new TreeSet<>(disk.list(WAL));
    TreeSet<String> theirs = new TreeSet<>();
    original.get("wal_files_afterwards").fieldNames().forEachRemaining(theirs::add);
    // The next segment's name depends on how often the server has cut since.
    ours.removeIf(name -> name.endsWith(".tmp"));
    theirs.removeIf(name -> name.endsWith(".tmp"));
    for (String name : theirs) {
      if (name.endsWith(".broken")) {
        assertThat(disk.length(WAL.resolve(name)))
            .isEqualTo(original.get("wal_files_afterwards").get(name).asLong());
      }
    }
    // Where the segment is over-full already, the server's own first put cuts it.
    theirs.removeIf(name -> name.endsWith(".wal") && !disk.exists(WAL.resolve(name)));
    assertThat(ours).isEqualTo(theirs);
  }
}
