package io.quorate.server.http;

import io.quorate.edge.HttpExchange;
import io.quorate.gotext.GoJson;
import io.quorate.node.Member;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;

/**
 * {@code /debug/vars}: what Go's {@code expvar} shows. Of {@code memstats} there are the numbers
 * that the JVM has too, under their names in Go.
 */
record VariablesEndpoint(Member member, List<String> commandLine, LongSupplier descriptorLimit) {
  void answer(HttpExchange exchange) {
    member
        .raftStatus()
        .thenAccept(raft -> {
          exchange.begin(
              200, new Metadata().add("content-type", "application/json; charset=utf-8"));
          exchange.write(Payload.of(json(raft).getBytes(StandardCharsets.UTF_8)));
          exchange.end();
        });
  }

  private String json(String raft) {
    return """
    {
    "cmdline": [%s],
    "file_descriptor_limit": %d,
    "memstats": %s,
    "raft.status": %s
    }
    """
        .formatted(
            commandLine.stream().map(GoJson::quote).collect(Collectors.joining(",")),
            descriptorLimit.getAsLong(),
            memory(),
            raft);
  }

  private static String memory() {
    var memory = ManagementFactory.getMemoryMXBean();
    MemoryUsage heap = memory.getHeapMemoryUsage();
    MemoryUsage other = memory.getNonHeapMemoryUsage();
    long collections = 0;
    long pauseMillis = 0;
    for (GarbageCollectorMXBean collector : ManagementFactory.getGarbageCollectorMXBeans()) {
      collections += Math.max(0, collector.getCollectionCount());
      pauseMillis += Math.max(0, collector.getCollectionTime());
    }
    return ("{\"Alloc\":%d,\"Sys\":%d,\"HeapAlloc\":%d,\"HeapSys\":%d,\"HeapIdle\":%d,"
            + "\"HeapInuse\":%d,\"PauseTotalNs\":%d,\"NumGC\":%d,\"EnableGC\":true}")
        .formatted(
            heap.getUsed(),
            heap.getCommitted() + other.getCommitted(),
            heap.getUsed(),
            heap.getCommitted(),
            heap.getCommitted() - heap.getUsed(),
            heap.getUsed(),
            pauseMillis * 1_000_000,
            collections);
  }
}
