package io.quorate.statemachine;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.quorate.io.Failpoints;
import io.quorate.io.fixture.Fixtures;
import io.quorate.io.memory.MemoryDisk;
import io.quorate.io.os.OsClock;
import io.quorate.mvcc.HashWalk;
import io.quorate.raft.message.Entry;
import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.membership.MembershipView;
import io.quorate.statemachine.request.Put;
import io.quorate.wal.OpenLog;
import io.quorate.wal.WalDirectory;
import io.quorate.wal.WalListener;
import io.quorate.wal.WalOptions;
import io.quorate.wal.WalSnapshot;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.slf4j.helpers.NOPLogger;

/**
 * Logs that the original wrote, applied by us: every record of every bucket must be the one that
 * the original made of the same entries.
 */
final class ReplayTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<Entry> entries(MemoryDisk disk, Path wal) {
    WalDirectory directory =
        new WalDirectory(
            disk,
            wal,
            WalOptions.DEFAULT,
            new OsClock(),
            Failpoints.NONE,
            new WalListener() {},
            NOPLogger.NOP_LOGGER);
    try (OpenLog log = directory.openForRead(WalSnapshot.START)) {
      return log.readAll().entries();
    }
  }

  private static Machine onCopyOf(MemoryDisk disk, Path file) {
    MemoryDisk copy = new MemoryDisk(1);
    copy.createDirectories(Machine.FILE.getParent());
    copy.put(Machine.FILE, disk.contents(file));
    return new Machine(copy, Machine.BY_HAND, Machine.options(new Quota(-1)), MembershipView.EMPTY);
  }

  private static void settle(Machine machine) {
    for (int i = 0; i < 100; i++) {
      machine.poll(Duration.ofMillis(20));
    }
    machine.commit();
  }

  /** The storage version is not from the log; each member writes it when it sees fit. */
  private static Map<String, String> dump(Machine machine) {
    Map<String, String> dump = new TreeMap<>(machine.dump());
    dump.keySet().removeIf(key -> key.startsWith("META/") && key.contains(hex("storageVersion")));
    return dump;
  }

  private static String hex(String text) {
    return HexFormat.of().formatHex(text.getBytes());
  }

  @ParameterizedTest
  @CsvSource({
    "lease-checkpoint-3.6/data.tar.gz, data",
    "alarm-nospace-3.6/data.tar.gz, data",
    "alarm-corrupt/single.tar.gz, data",
    "killed-3.6/data.tar.gz, data",
    "killed-default-3.6/data.tar.gz, data",
    "killed-compacting-3.6/data.tar.gz, data",
    "cluster3-3.6/b.tar.gz, b",
    "cluster3-3.6/d.tar.gz, d"
  })
  void aLogFromItsBeginningMakesTheOriginalsDatabase(String archive, String folder) {
    MemoryDisk disk = Fixtures.unpack(archive, Path.of("/"));
    Path member = Path.of("/", folder, "member");
    List<Entry> log = entries(disk, member.resolve("wal"));
    assertThat(log.getFirst().index()).isEqualTo(1);

    Machine theirs = onCopyOf(disk, member.resolve("snap/db"));
    long index = theirs.state.appliedIndex();
    Machine ours = new Machine();
    for (Entry entry : log) {
      if (entry.index() <= index) {
        ours.apply(entry, false);
      }
    }
    settle(ours);
    settle(theirs); // it may have been killed in a compaction, which it then finishes
    if (index > 0) {
      assertThat(dump(ours)).as("up to %d", index).isEqualTo(dump(theirs));
    }

    // The rest on their database: the entries it has are read again, the others are applied.
    for (Entry entry : log) {
      theirs.apply(entry, false);
      if (entry.index() > index) {
        ours.apply(entry, false);
      }
    }
    settle(ours);
    settle(theirs);
    assertThat(dump(ours)).as("the whole log").isEqualTo(dump(theirs));
    assertThat(theirs.state.stores().membership().v2View().members())
        .isEqualTo(theirs.state.stores().membership().view().members());
    ours.close();
    theirs.close();
  }

  @ParameterizedTest
  @CsvSource({"killed-3.6", "killed-default-3.6", "killed-compacting-3.6"})
  void aKilledMemberRecoversToWhatTheOriginalRecoveredTo(String fixture) throws Exception {
    MemoryDisk disk = Fixtures.unpack(fixture + "/data.tar.gz", Path.of("/"));
    JsonNode after = JSON.readTree(Fixtures.text(fixture + "/expected.json")).get("after_recovery");
    Path member = Path.of("/data/member");
    Machine machine = onCopyOf(disk, member.resolve("snap/db"));
    entries(disk, member.resolve("wal")).forEach(entry -> machine.apply(entry, false));
    settle(machine);
    assertThat(machine.state.stores().mvcc().revision()).isEqualTo(after.get("revision").asLong());
    for (JsonNode hash : after.get("hashkv")) {
      long revision = hash.get("rev").asLong();
      assertThat(hashKv(machine, revision))
          .as("hash at %d", revision)
          .isEqualTo(hash.get("hash").asLong());
    }
    Map<Long, TreeSet<String>> leases = new TreeMap<>();
    for (JsonNode lease : after.get("leases")) {
      TreeSet<String> keys = new TreeSet<>();
      lease.get("keys").forEach(key -> keys.add(key.asText()));
      leases.put(lease.get("id").bigIntegerValue().longValue(), keys);
    }
    assertThat(leases(machine)).isEqualTo(leases);
    machine.close();
  }

  private static Map<Long, TreeSet<String>> leases(Machine machine) {
    Map<Long, TreeSet<String>> all = new TreeMap<>();
    for (Lease lease : machine.state.stores().lessor().leases()) {
      TreeSet<String> keys = new TreeSet<>();
      lease.keys().forEach(key -> keys.add(Base64.getEncoder().encodeToString(key.bytes())));
      all.put(lease.id(), keys);
    }
    return all;
  }

  private static long hashKv(Machine machine, long revision) {
    try (HashWalk walk = machine.state.stores().mvcc().hashByRevision(revision)) {
      while (!walk.step(1_000)) {
        // the next slice
      }
      return Integer.toUnsignedLong(walk.result().hash());
    }
  }

  @Test
  void checkpointedLeasesComeBackWithWhatWasLeft() {
    MemoryDisk disk = Fixtures.unpack("lease-checkpoint-3.6/data.tar.gz", Path.of("/"));
    Machine machine = onCopyOf(disk, Path.of("/data/member/snap/db"));
    assertThat(
            machine.state.stores().lessor().leases().stream()
                .map(lease ->
                    lease.id() + " " + lease.ttlSeconds() + " " + lease.effectiveTtlSeconds())
                .sorted()
                .toList())
        .containsExactly("101 1000 700", "102 100000 99700", "103 5000 5000");
    machine.close();
  }

  @Test
  void alarmsComeBackAndBind() {
    MemoryDisk disk = Fixtures.unpack("alarm-nospace-3.6/data.tar.gz", Path.of("/"));
    Machine full = onCopyOf(disk, Path.of("/data/member/snap/db"));
    assertThat(full.state.stores().alarms().active())
        .containsExactly(new ActiveAlarm(0xdc97f0aeab78c3fcL, ActiveAlarm.NOSPACE));
    Commands commands = new Commands(full);
    assertThat(commands.run("put a 1")).isEqualTo("refused: NoSpace[raiseAlarm=false]");
    assertThat(commands.run("txn if version a = 0 then get a else put a 1")).startsWith("refused");
    assertThat(commands.run("grant 1 60")).startsWith("refused");
    assertThat(commands.run("del a")).isEqualTo("rev 113 deleted 0");
    full.close();

    disk = Fixtures.unpack("alarm-corrupt/single.tar.gz", Path.of("/"));
    Machine corrupt = onCopyOf(disk, Path.of("/data/member/snap/db"));
    assertThat(new Commands(corrupt).run("del a")).isEqualTo("refused: CorruptCluster");
    corrupt.close();
  }

  /** Over the quota at apply: done all the same, answered as refused, alarm to be raised. */
  @Test
  void aRequestOverTheQuotaIsDoneButAnsweredAsFull() {
    Machine machine =
        new Machine(
            new MemoryDisk(1),
            Machine.BY_HAND,
            Machine.options(new Quota(40_000)),
            MembershipView.EMPTY);
    machine.commit();
    byte[] big = Put.of(new byte[] {'k'}, new byte[60_000], 0).value();
    byte[] body =
        io.quorate.api.etcdserverpb.PutRequest.newBuilder()
            .setKey(com.google.protobuf.ByteString.copyFromUtf8("k"))
            .setValue(com.google.protobuf.ByteString.copyFrom(big))
            .build()
            .toByteArray();
    assertThat(machine.apply(Put.FIELD, body))
        .isEqualTo(new Outcome.Refused(2, new ApplyError.NoSpace(true)));
    Commands commands = new Commands(machine);
    assertThat(commands.run("get k count")).isEqualTo("rev 2 count 1");
    // A request that fails on its own says so, and costs nothing.
    assertThat(commands.run("alarm activate 1 1")).isEqualTo("alarms [1:1]");
    assertThat(commands.run("del k")).isEqualTo("rev 3 deleted 1");
    machine.close();
  }
}
