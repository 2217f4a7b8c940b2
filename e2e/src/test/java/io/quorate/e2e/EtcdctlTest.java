package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** The original's etcdctl, of today and of Debian's 3.4, as clients of a server. */
class EtcdctlTest {
  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  enum Client {
    V3_6(() -> Programs.original("etcdctl")),
    DEBIAN_3_4(() -> Programs.system("etcdctl", "tests with Debian's etcdctl 3.4"));

    private final Supplier<Path> program;

    Client(Supplier<Path> program) {
      this.program = program;
    }
  }

  static Stream<Arguments> servers() {
    return Stream.of(Kind.values())
        .flatMap(kind -> Stream.of(Client.values()).map(client -> Arguments.of(kind, client)));
  }

  @ParameterizedTest
  @MethodSource("servers")
  void everyDayCommands(Kind kind, Client client) throws IOException {
    try (Member member = Member.in(scratch).start(kind)) {
      Session etcdctl = new Session(member, client.program.get());
      assertThat(etcdctl.run("put", "greeting", "hello")).isEqualTo("OK\n");
      assertThat(etcdctl.run("get", "greeting")).isEqualTo("greeting\nhello\n");
      assertThat(etcdctl.run("put", "--prev-kv", "greeting", "again"))
          .isEqualTo("OK\ngreeting\nhello\n");
      for (String name : List.of("p/a", "p/b", "p/c")) {
        etcdctl.run("put", name, "v-" + name);
      }
      assertThat(etcdctl.run("get", "--prefix", "--keys-only", "p/"))
          .isEqualTo("p/a\n\np/b\n\np/c\n\n");
      assertThat(
              etcdctl.run(
                  "get",
                  "--prefix",
                  "--order=DESCEND",
                  "--sort-by=KEY",
                  "--limit=2",
                  "--print-value-only",
                  "p/"))
          .isEqualTo("v-p/c\nv-p/b\n");
      assertThat(etcdctl.run("get", "greeting", "--rev=2")).isEqualTo("greeting\nhello\n");
      assertThat(etcdctl.run("del", "--prefix", "p/")).isEqualTo("3\n");
      assertThat(
              etcdctl.input(
                  "mod(\"greeting\") > \"0\"\n\nput x 1\nget greeting\n\ndel greeting\n\n", "txn"))
          .isEqualTo("SUCCESS\n\nOK\n\ngreeting\nagain\n");
      assertThat(etcdctl.input("val(\"greeting\") = \"other\"\n\nput x 2\n\nget x\n\n", "txn"))
          .isEqualTo("FAILURE\n\nx\n1\n");
      assertThat(etcdctl.run("compaction", "5")).isEqualTo("compacted revision 5\n");
      assertThat(etcdctl.refused("compaction", "5"))
          .contains("etcdserver: mvcc: required revision has been compacted");
      assertThat(etcdctl.refused("get", "greeting", "--rev=3"))
          .contains("etcdserver: mvcc: required revision has been compacted");
      assertThat(etcdctl.refused("get", "greeting", "--rev=3000"))
          .contains("etcdserver: mvcc: required revision is a future revision");
      assertThat(etcdctl.refused("put", "--lease=7b", "a", "b"))
          .contains("etcdserver: requested lease not found");

      String lease = etcdctl.run("lease", "grant", "600");
      assertThat(lease).matches("lease [0-9a-f]{16} granted with TTL\\(600s\\)\n");
      String id = lease.split(" ")[1];
      assertThat(etcdctl.run("put", "--lease=" + id, "leased", "1")).isEqualTo("OK\n");
      assertThat(etcdctl.run("lease", "timetolive", id, "--keys"))
          .matches(
              "lease "
                  + id
                  + " granted with TTL\\(600s\\), remaining\\(\\d+s\\), attached keys\\(\\[leased\\]\\)\n");
      assertThat(etcdctl.run("lease", "list")).isEqualTo("found 1 leases\n" + id + "\n");
      assertThat(etcdctl.run("lease", "keep-alive", "--once", id))
          .isEqualTo("lease " + id + " keepalived with TTL(600)\n");
      assertThat(etcdctl.run("lease", "revoke", id)).isEqualTo("lease " + id + " revoked\n");
      assertThat(etcdctl.run("get", "leased")).isEmpty();

      assertThat(etcdctl.run("member", "list")).contains(", started, m1, http://127.0.0.1:");
      assertThat(etcdctl.run("endpoint", "status")).contains(", 3.6.14, ", ", true, false, ");
      assertThat(etcdctl.run("endpoint", "hashkv")).startsWith(member.hostAndPort() + ", ");
      assertThat(etcdctl.all("endpoint", "health"))
          .contains("is healthy: successfully committed proposal");
      assertThat(etcdctl.run("alarm", "list")).isEmpty();
      assertThat(etcdctl.all("defrag")).contains("Finished defragmenting etcd member");
      Path snapshot = scratch.resolve("saved.db");
      etcdctl.run("snapshot", "save", snapshot.toString());
      assertThat(Files.size(snapshot) % 512).isEqualTo(32);
      assertThat(
              Run.command(Programs.original("etcdutl"), "snapshot", "status", snapshot.toString())
                  .run()
                  .exitCode())
          .isZero();
    }
  }

  @ParameterizedTest
  @MethodSource("servers")
  void watch(Kind kind, Client client) throws IOException, InterruptedException {
    try (Member member = Member.in(scratch).start(kind)) {
      Session etcdctl = new Session(member, client.program.get());
      etcdctl.run("put", "w", "1");
      Path out = scratch.resolve("watch.out");
      Process watch =
          Run.command(
                  client.program.get(),
                  "--endpoints",
                  member.hostAndPort(),
                  "watch",
                  "w",
                  "--rev=2",
                  "--prev-kv")
              .with("ETCDCTL_DIAL_TIMEOUT", "30s")
              .background(out);
      try {
        etcdctl.run("put", "w", "2");
        etcdctl.run("del", "w");
        String want = "PUT\nw\n1\nPUT\nw\n1\nw\n2\nDELETE\nw\n2\nw\n\n";
        long deadline = System.nanoTime() + Member.START_LIMIT.toNanos();
        while (Files.size(out) < want.length() && System.nanoTime() < deadline) {
          Thread.sleep(20);
        }
        assertThat(Files.readString(out)).isEqualTo(want);
      } finally {
        watch.destroyForcibly();
      }
    }
  }

  private record Session(Member member, Path program) {
    String run(String... arguments) {
      return member.etcdctl(program, "", arguments).succeeded();
    }

    String input(String input, String... arguments) {
      return member.etcdctl(program, input, arguments).succeeded();
    }

    String all(String... arguments) {
      Run.Result result = member.etcdctl(program, "", arguments);
      return result.output() + result.error();
    }

    String refused(String... arguments) {
      Run.Result result = member.etcdctl(program, "", arguments);
      assertThat(result.exitCode()).as(result.output() + result.error()).isNotZero();
      return result.error();
    }
  }
}
