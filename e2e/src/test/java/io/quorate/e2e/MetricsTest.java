package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * The same traffic against the original and ours, on the same ports, so that ids and with them the
 * lengths of answers are equal; then both are scraped (spec/server.md 8).
 *
 * <p>The list {@code metrics-3.6.14.txt} is the original's: {@code mvn -pl e2e -am verify
 * -Dtest=MetricsTest -Dgolden.write=true} writes it anew.
 */
class MetricsTest {
  private static final Path GOLDEN =
      Programs.ROOT.resolve("e2e/src/test/resources/metrics-3.6.14.txt");

  /** The runtime of each, which the two do not share (docs/differences.md). */
  private static final Pattern RUNTIME = Pattern.compile("(go|jvm)_.*");

  /**
   * What depends on the disk, the clock or the machine, or on how a program batches: how long
   * something took, how many commits, records and bytes that made.
   */
  private static final Pattern DIFFERS =
      Pattern.compile(
          "(go|jvm|process|os_fd|promhttp)_.*"
              + "|.*_(seconds|milliseconds)_(bucket|sum).*"
              + "|etcd_disk_(wal|backend_commit)_.*"
              + "|etcd_debugging_disk_backend_commit_.*"
              + "|etcd_debugging_mvcc_db_compaction_last"
              + "|etcd_mvcc_db_(total_size|open_read).*"
              + "|etcd_server_go_version.*"
              + "|etcd_network_client_grpc_sent_bytes_total");

  /** So that it does not depend on the machine how many requests are. */
  private static final String EVERYTHING_IS_SLOW = "--warning-apply-duration=1ns";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  private record Seen(Scrape afterRequests, Scrape atEnd) {}

  @Test
  void sameTrafficSameMetrics() throws Exception {
    Member members = Member.in(scratch.resolve("original"));
    Seen original = run(members, Kind.ORIGINAL);
    List<String> golden = original.atEnd.families();
    if (Boolean.getBoolean("golden.write")) {
      Files.write(GOLDEN, golden);
    }
    Differences.none(byName(golden()), byName(golden));

    Seen ours = run(members.another(scratch.resolve("ours")), Kind.OURS);
    Differences.none(byName(golden()), byName(ours.atEnd.families()));
    assertThat(List.copyOf(byName(ours.atEnd.families()).keySet()))
        .as("in the same order")
        .isEqualTo(List.copyOf(byName(golden()).keySet()));
    for (String label : List.of("grpc_service", "grpc_method", "grpc_type", "grpc_code")) {
      assertThat(ours.atEnd.labelValues("grpc_server_handled_total", label))
          .isEqualTo(original.atEnd.labelValues("grpc_server_handled_total", label));
    }
    Differences.none(comparable(original.atEnd), comparable(ours.atEnd));
    String sent = "etcd_network_client_grpc_sent_bytes_total";
    assertThat(ours.afterRequests.values().get(sent))
        .as("bytes sent")
        .isEqualTo(original.afterRequests.values().get(sent));
    movedWhereNumbersDiffer(original.atEnd);
    movedWhereNumbersDiffer(ours.atEnd);
  }

  private static Seen run(Member member, Kind kind) throws Exception {
    try (member;
        MetricsTraffic traffic =
            new MetricsTraffic(
                member.flags("--metrics=extensive", EVERYTHING_IS_SLOW).start(kind))) {
      member.awaitLog(line -> line.contains("updated storage version"), "the storage version");
      traffic.requests();
      Scrape afterRequests = scrape(member);
      try (Grpc.Stream watching = traffic.watches()) {
        traffic.maintenance();
        traffic.expiry();
        await(member, "etcd_debugging_server_lease_expired_total", "2");
        watching.next(); // the key that ended with its lease, put
        watching.next(); // and deleted, once for each of two watchers
        watching.next();
        watching.next();
        await(member, "etcd_debugging_mvcc_pending_events_total", "0");
        await(member, "etcd_debugging_mvcc_watcher_total", "3");
        return new Seen(afterRequests, scrape(member));
      }
    }
  }

  private static Scrape scrape(Member member) {
    return Scrape.of(RawHttp.body(member.clientPort(), "/metrics"));
  }

  private static void await(Member member, String series, String value)
      throws InterruptedException {
    long deadline = System.nanoTime() + Member.START_LIMIT.toNanos();
    String now = "";
    while (!now.equals(value)) {
      now = String.valueOf(scrape(member).values().get(series));
      if (System.nanoTime() > deadline) {
        throw new AssertionError(series + " is " + now + " and does not become " + value);
      }
      Thread.sleep(50);
    }
  }

  private static List<String> golden() throws IOException {
    return Files.readAllLines(GOLDEN);
  }

  /** Types, labels, bounds of buckets and help by name, in order, without the runtime's. */
  private static Map<String, String> byName(List<String> families) {
    var named = new LinkedHashMap<String, String>();
    for (String line : families) {
      if (!RUNTIME.matcher(line).matches()) {
        String[] parts = line.split(" ", 2);
        named.put(parts[0], parts[1]);
      }
    }
    return named;
  }

  private static Map<String, String> comparable(Scrape scrape) {
    var kept = new TreeMap<>(scrape.values());
    kept.keySet().removeIf(series -> DIFFERS.matcher(series).matches());
    return kept;
  }

  /** Of what cannot be compared, at least that it counts at all. */
  private static void movedWhereNumbersDiffer(Scrape scrape) {
    for (String series :
        List.of(
            "etcd_debugging_mvcc_db_compaction_last",
            "etcd_debugging_disk_backend_commit_rebalance_duration_seconds_count",
            "etcd_debugging_disk_backend_commit_spill_duration_seconds_count",
            "etcd_debugging_disk_backend_commit_write_duration_seconds_sum",
            "etcd_disk_backend_commit_duration_seconds_sum",
            "etcd_disk_backend_defrag_duration_seconds_sum",
            "etcd_disk_backend_snapshot_duration_seconds_sum",
            "etcd_disk_wal_fsync_duration_seconds_sum",
            "etcd_disk_wal_write_bytes_total",
            "etcd_disk_wal_write_duration_seconds_count",
            "etcd_mvcc_db_total_size_in_bytes",
            "etcd_mvcc_db_total_size_in_use_in_bytes",
            "etcd_mvcc_db_open_read_transactions",
            "etcd_mvcc_hash_duration_seconds_sum",
            "etcd_mvcc_hash_rev_duration_seconds_sum",
            "etcd_server_apply_duration_seconds_sum{op=\"Put\",success=\"true\",version=\"v3\"}",
            "etcd_server_range_duration_seconds_sum{success=\"true\"}",
            "etcd_network_client_grpc_sent_bytes_total",
            "os_fd_limit",
            "os_fd_used",
            "process_cpu_seconds_total",
            "process_max_fds",
            "process_open_fds",
            "process_resident_memory_bytes",
            "process_start_time_seconds",
            "process_virtual_memory_bytes",
            "process_virtual_memory_max_bytes",
            "promhttp_metric_handler_requests_total{code=\"200\"}")) {
      assertThat(Double.parseDouble(scrape.values().getOrDefault(series, "-1")))
          .as(series)
          .isPositive();
    }
    assertThat(scrape.values()).containsEntry("promhttp_metric_handler_requests_in_flight", "1");
  }
}
