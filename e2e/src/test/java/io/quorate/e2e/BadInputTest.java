package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Directories, disks and ports that a server cannot use. Each is refused with the original's words,
 * and nothing in it is lost by that.
 */
class BadInputTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aPortInUse(Kind kind) throws IOException {
    Member member = Member.in(scratch);
    try (ServerSocket _ =
        new ServerSocket(member.peerPort(), 1, InetAddress.getLoopbackAddress())) {
      Run.Result result = member.startRefused(kind);
      assertThat(result.exitCode()).isEqualTo(1);
      assertThat(result.output())
          .contains("\"level\":\"fatal\"", "\"msg\":\"discovery failed\"")
          .contains("listen tcp 127.0.0.1:" + member.peerPort() + ": bind: address already in use");
    }
  }

  /** Section 1.6. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void tooFewFilesForAnyClient(Kind kind) {
    Path prlimit = Programs.system("prlimit", "a limit of open files");
    Run.Result result =
        Run.command(
                prlimit,
                "--nofile=150:150",
                kind.etcd().toString(),
                "--data-dir=" + scratch.resolve("data"),
                "--listen-client-urls=http://127.0.0.1:" + Member.in(scratch).peerPort(),
                "--advertise-client-urls=http://127.0.0.1:1",
                "--listen-peer-urls=http://127.0.0.1:" + Member.in(scratch).peerPort())
            .run();
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.error().lines().toList().getLast())
        .startsWith("{\"level\":\"fatal\"")
        .contains(
            "\"msg\":\"file descriptor limit of etcd process is too low; please set higher\","
                + "\"limit\":150,\"recommended-limit\":150");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aDirectoryThatAnotherMemberHolds(Kind kind) throws IOException {
    for (Kind holderKind : Kind.values()) {
      Path data = scratch.resolve(kind + "-" + holderKind);
      try (Member holder = Member.in(data);
          Member second = Member.in(data.resolve("second"))) {
        holder.start(holderKind);
        holder.etcdctl("put", "a", "1").succeeded();
        Files.createSymbolicLink(
            Files.createDirectories(data.resolve("second")).resolve("data"), holder.dataDir());
        second.launch(kind.etcd());
        second.awaitLog(
            line -> line.contains("db file is flocked by another process, or taking too long"),
            "the line about the lock");
        second.kill();
        assertThat(holder.etcdctl("get", "a", "--print-value-only").succeeded()).isEqualTo("1\n");
        Files.delete(data.resolve("second/data"));
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFileInPlaceOfTheDirectory(Kind kind) throws IOException {
    Member member = Member.in(scratch);
    Files.writeString(member.dataDir(), "not a directory");
    Run.Result result = member.startRefused(kind);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output()).contains("not a directory").contains("\"level\":\"fatal\"");
    assertThat(member.dataDir()).hasContent("not a directory");
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aNewerSchema(Kind kind) throws IOException {
    Member member = Member.in(scratch, "m1");
    HandoverTest.unpack(Programs.fixtures().resolve("single-3.7/data.tar.gz"), member);
    Run.Result result = member.startRefused(kind);
    assertThat(result.exitCode()).isEqualTo(1);
    assertThat(result.output())
        .contains("\"msg\":\"Failed to validate schema\"", "\"msg\":\"bootstrap failed\"")
        .contains("\"msg\":\"discovery failed\"", "version \\\"3.7.0\\\" is not supported");
  }

  /** 3.4 wrote these into its log for its old API; a later one cannot apply them. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void requestsOfTheOldApiInTheLog(Kind kind) throws IOException {
    for (String archive : List.of("in-wal-only", "health-only")) {
      Member member = Member.in(scratch.resolve(archive + kind), "m1");
      HandoverTest.unpack(
          Programs.fixtures().resolve("v2-content-3.4/" + archive + ".tar.gz"), member);
      Run.Result result = member.startRefused(kind);
      assertThat(result.exitCode()).isEqualTo(2);
      assertThat(result.output())
          .contains("detected disallowed v2 WAL for stage --v2-deprecation=write-only");
    }
  }

  /**
   * Words of the original for files that it refuses with words; our own for those where it crashes.
   */
  enum BrokenDb {
    METAS_BOTH_BAD("metas-both-bad", "checksum error"),
    METAS_BOTH_ZEROED("metas-both-zeroed", "invalid database"),
    METAS_VERSION_3("metas-version-3", "version mismatch"),
    TRUNCATED_ONE_PAGE("truncated-one-page", "file size too small 4096"),
    TRUNCATED_100_BYTES("truncated-100-bytes", "invalid database"),
    TRUNCATED_HALF("truncated-half", ""),
    TRUNCATED_LAST_USED_PAGE("truncated-last-used-page", ""),
    LEAF_ZEROED("leaf-zeroed", ""),
    BRANCH_DOUBLE_REFERENCE("branch-double-reference", ""),
    LEAF_KEY_ORDER("leaf-key-order", "");

    final String file;
    final String words;

    BrokenDb(String file, String words) {
      this.file = file;
      this.words = words;
    }
  }

  @ParameterizedTest
  @EnumSource(BrokenDb.class)
  void aBrokenDatabase(BrokenDb broken) throws IOException {
    Path fixture = Programs.fixtures().resolve("broken-db");
    for (Kind kind : Kind.values()) {
      Member member = Member.in(scratch.resolve(broken.file + "-" + kind), "m1");
      HandoverTest.unpack(fixture.resolve("data.tar.gz"), member);
      try (InputStream in =
          new GZIPInputStream(Files.newInputStream(fixture.resolve(broken.file + ".db.gz")))) {
        Files.copy(in, member.dbFile(), StandardCopyOption.REPLACE_EXISTING);
      }
      byte[] before = Files.readAllBytes(member.dbFile());
      Run.Result result = member.startRefused(kind);
      assertThat(result.exitCode()).as(kind + ": " + result.output()).isEqualTo(2);
      if (!broken.words.isEmpty()) {
        assertThat(result.output())
            .contains("\"level\":\"panic\"", "\"msg\":\"failed to open database\"")
            .contains("\"error\":\"" + broken.words + "\"");
      }
      assertThat(result.output()).as("a message, not a crash of the JVM").doesNotContain("SIGSEGV");
      assertThat(Files.readAllBytes(member.dbFile())).isEqualTo(before);
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aDamagedLog(Kind kind) throws IOException {
    try (Member member = Member.in(scratch)) {
      member.start(kind);
      member.checker("load", "-clients=8", "-total=500").succeeded();
      member.stop();
      Path segment = member.dataDir().resolve("member/wal/0000000000000000-0000000000000000.wal");
      flipDataBehind(20_000, segment);
      Run.Result result = member.startRefused(kind);
      assertThat(result.exitCode()).isNotZero();
      assertThat(result.output()).contains("crc mismatch").contains("\"level\":\"fatal\"");
    }
  }

  /**
   * Flips a bit of the last byte of the first record that starts behind {@code offset}. A record
   * ends with its data, so that neither a length nor a tag is hit: what is wrong is the checksum.
   */
  private static void flipDataBehind(int offset, Path segment) throws IOException {
    ByteBuffer bytes = ByteBuffer.wrap(Files.readAllBytes(segment)).order(ByteOrder.LITTLE_ENDIAN);
    // Frames as docs/wal.md draws them: length field, record, zeros up to a multiple of 8.
    int start;
    int recordBytes;
    int next = 0;
    do {
      start = next;
      long length = bytes.getLong(start);
      recordBytes = (int) (length & 0x00ff_ffff_ffff_ffffL);
      assertThat(recordBytes).as("a record at " + start).isPositive();
      next = (start + Long.BYTES + recordBytes + 7) & ~7;
    } while (start < offset);
    int last = start + Long.BYTES + recordBytes - 1;
    bytes.put(last, (byte) (bytes.get(last) ^ 1));
    Files.write(segment, bytes.array());
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void aFullDisk(Kind kind) throws IOException {
    Path disk = Files.createDirectories(scratch.resolve("disk"));
    assumeTrue(
        Run.command(List.of("mount", "-t", "tmpfs", "-o", "size=160m", "tmpfs", disk.toString()))
                .run()
                .exitCode()
            == 0,
        "a small tmpfs needs root");
    try (Member member = Member.in(disk)) {
      member.flags("--quota-backend-bytes=1073741824").start(kind);
      Path record = scratch.resolve("acknowledged.jsonl");
      Files.writeString(record, "");
      // Large values until nothing is acknowledged any more, whatever way the server takes then.
      Run.Result load =
          member.checker(
              "load",
              "-clients=4",
              "-connections=4",
              "-value-size=200000",
              "-duration=15s",
              "-request-timeout=3s",
              "-total=2000");
      assertThat(load.output()).contains("\"errors\"");
      member.checker("killwrite", "-record=" + record, "-run=full", "-duration=3s");
      if (member.isAlive()) {
        member.kill();
      }
      Run.command(List.of("mount", "-o", "remount,size=1g", disk.toString())).run().succeeded();
      member.start(kind);
      member.checker("killread", "-record=" + record).succeeded();
      assertThat(member.etcdctl("put", "after", "1").succeeded()).isEqualTo("OK\n");
    } finally {
      Run.command(List.of("umount", "-l", disk.toString())).run();
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void wrongFlags(Kind kind) {
    Run.Result unknown = Run.command(kind.etcd(), "--no-such-flag").run();
    assertThat(unknown.exitCode()).isEqualTo(2);
    assertThat(unknown.error()).startsWith("flag provided but not defined: -no-such-flag\n");
    Run.Result number = Run.command(kind.etcd(), "--snapshot-count=many").run();
    assertThat(number.exitCode()).isEqualTo(2);
    assertThat(number.error())
        .startsWith("invalid value \"many\" for flag -snapshot-count: parse error\n");
    Run.Result name = Run.command(kind.etcd(), "--listen-client-urls=http://example.com:1").run();
    assertThat(name.exitCode()).isEqualTo(1);
    assertThat(name.error())
        .contains("expected IP in URL for binding (http://example.com:1)")
        .contains("\"msg\":\"failed to verify flags\"");
  }

  /** Whoever reads a page that is not what it was must not go on, however well the rest does. */
  @ParameterizedTest
  @EnumSource(Kind.class)
  void aDatabaseThatIsDamagedUnderARunningMemberEndsIt(Kind kind) throws IOException {
    Member member = Member.in(scratch);
    member.start(kind);
    for (int i = 0; i < 10; i++) {
      member.etcdctl("put", "k" + i, "v".repeat(1000)).succeeded();
    }
    member.etcdctl("defrag").succeeded(); // all of it is in the file
    zeroLeafHeaders(member.dbFile());
    assertThat(member.etcdctl("get", "k1").exitCode()).isNotZero();
    assertThat(member.awaitExit(Duration.ofSeconds(30))).isEqualTo(2);
    assertThat(member.log()).contains("self identifies as 0");
  }

  private static void zeroLeafHeaders(Path file) throws IOException {
    int pageSize = 4096;
    int leaf = 2;
    try (var database = FileChannel.open(file, StandardOpenOption.READ, StandardOpenOption.WRITE)) {
      var header = ByteBuffer.allocate(16).order(ByteOrder.LITTLE_ENDIAN);
      for (long at = 2 * pageSize; at < database.size(); at += pageSize) {
        database.read(header.clear(), at);
        if (header.getShort(8) == leaf) {
          database.write(ByteBuffer.allocate(16), at);
        }
      }
    }
  }
}
