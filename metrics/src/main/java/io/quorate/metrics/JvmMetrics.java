package io.quorate.metrics;

import io.quorate.metrics.registry.Registry;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;
import java.util.function.ToLongFunction;

/**
 * The JVM by the names that dashboards for Java know. Nothing is loaded for it before somebody
 * asks.
 */
final class JvmMetrics {
  private static final double MILLIS_PER_SECOND = 1000;

  private JvmMetrics() {}

  static void addTo(Registry registry) {
    registry.gauges(
        "jvm_info",
        "Information about the Java environment.",
        out ->
            out.value(
                1,
                System.getProperty("java.vm.name", ""),
                System.getProperty("java.vm.vendor", ""),
                System.getProperty("java.vm.version", "")),
        "runtime",
        "vendor",
        "version");
    registry.gauge(
        "jvm_threads_current",
        "Number of threads that currently exist.",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    memory(registry, "jvm_memory_used_bytes", "Bytes in use.", MemoryUsage::getUsed);
    memory(
        registry,
        "jvm_memory_committed_bytes",
        "Bytes obtained from the system.",
        MemoryUsage::getCommitted);
    memory(registry, "jvm_memory_max_bytes", "Most bytes that may be used.", MemoryUsage::getMax);
    registry.summaries(
        "jvm_gc_collection_seconds",
        "Time spent in garbage collections.",
        out -> {
          for (GarbageCollectorMXBean gc : ManagementFactory.getGarbageCollectorMXBeans()) {
            out.summary(
                gc.getCollectionCount(), gc.getCollectionTime() / MILLIS_PER_SECOND, gc.getName());
          }
        },
        "gc");
  }

  private static void memory(
      Registry registry, String name, String help, ToLongFunction<MemoryUsage> part) {
    registry.gauges(
        name,
        help,
        out -> {
          var memory = ManagementFactory.getMemoryMXBean();
          out.value(part.applyAsLong(memory.getHeapMemoryUsage()), "heap");
          out.value(part.applyAsLong(memory.getNonHeapMemoryUsage()), "nonheap");
        },
        "area");
  }
}
