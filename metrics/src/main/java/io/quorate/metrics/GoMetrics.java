package io.quorate.metrics;

import com.sun.management.GarbageCollectorMXBean;
import com.sun.management.GcInfo;
import com.sun.management.ThreadMXBean;
import io.quorate.metrics.registry.Registry;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryUsage;

/**
 * The names that Go's runtime has, for dashboards and tests that know them: the JVM's numbers where
 * it has any for what they mean, and zero where it has not (docs/differences.md). Nothing is loaded
 * for it before somebody asks.
 */
final class GoMetrics {
  /** What Go says of a growth that nobody has set; the JVM decides it by itself. */
  private static final double DEFAULT_GROWTH_PERCENT = 100;

  private static final double MILLIS_PER_SECOND = 1000;

  private GoMetrics() {}

  static void addTo(Registry registry) {
    registry.summaries(
        "go_gc_duration_seconds",
        "A summary of the wall-time pause (stop-the-world) duration in garbage "
            + "collection cycles.",
        GoMetrics::pauses);
    registry
        .gauges("go_info", "Information about the Go environment.", "version")
        .with("java" + Runtime.version().feature())
        .set(1);
    registry.gauge(
        "go_gc_gogc_percent",
        "Heap size target percentage configured by the user, otherwise 100. This value "
            + "is set by the GOGC environment variable, and the runtime/debug.SetGCPercent "
            + "function. Sourced from /gc/gogc:percent",
        () -> DEFAULT_GROWTH_PERCENT);
    registry.gauge(
        "go_gc_gomemlimit_bytes",
        "Go runtime memory limit configured by the user, otherwise math.MaxInt64. This "
            + "value is set by the GOMEMLIMIT environment variable, and the "
            + "runtime/debug.SetMemoryLimit function. Sourced from /gc/gomemlimit:bytes",
        () -> heap().getMax());
    registry.gauge(
        "go_goroutines",
        "Number of goroutines that currently exist.",
        () -> ManagementFactory.getThreadMXBean().getThreadCount());
    registry.gauge(
        "go_memstats_alloc_bytes",
        "Number of bytes allocated in heap and currently in use. Equals to "
            + "/memory/classes/heap/objects:bytes.",
        () -> heap().getUsed());
    registry.counter(
        "go_memstats_alloc_bytes_total",
        "Total number of bytes allocated in heap until now, even if released already. "
            + "Equals to /gc/heap/allocs:bytes.",
        GoMetrics::allocatedBytes);
    registry.gauge(
        "go_memstats_buck_hash_sys_bytes",
        "Number of bytes used by the profiling bucket hash table. Equals to "
            + "/memory/classes/profiling/buckets:bytes.",
        GoMetrics::nothing);
    registry.counter(
        "go_memstats_frees_total",
        "Total number of heap objects frees. Equals to /gc/heap/frees:objects + "
            + "/gc/heap/tiny/allocs:objects.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_gc_sys_bytes",
        "Number of bytes used for garbage collection system metadata. Equals to "
            + "/memory/classes/metadata/other:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_heap_alloc_bytes",
        "Number of heap bytes allocated and currently in use, same as "
            + "go_memstats_alloc_bytes. Equals to /memory/classes/heap/objects:bytes.",
        () -> heap().getUsed());
    registry.gauge(
        "go_memstats_heap_idle_bytes",
        "Number of heap bytes waiting to be used. Equals to "
            + "/memory/classes/heap/released:bytes + /memory/classes/heap/free:bytes.",
        () -> heap().getCommitted() - heap().getUsed());
    registry.gauge(
        "go_memstats_heap_inuse_bytes",
        "Number of heap bytes that are in use. Equals to "
            + "/memory/classes/heap/objects:bytes + /memory/classes/heap/unused:bytes",
        () -> heap().getUsed());
    registry.gauge(
        "go_memstats_heap_objects",
        "Number of currently allocated objects. Equals to /gc/heap/objects:objects.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_heap_released_bytes",
        "Number of heap bytes released to OS. Equals to " + "/memory/classes/heap/released:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_heap_sys_bytes",
        "Number of heap bytes obtained from system. Equals to "
            + "/memory/classes/heap/objects:bytes + /memory/classes/heap/unused:bytes + "
            + "/memory/classes/heap/released:bytes + /memory/classes/heap/free:bytes.",
        () -> heap().getCommitted());
    registry.gauge(
        "go_memstats_last_gc_time_seconds",
        "Number of seconds since 1970 of last garbage collection.",
        GoMetrics::lastCollectionSeconds);
    registry.counter(
        "go_memstats_mallocs_total",
        "Total number of heap objects allocated, both live and gc-ed. Semantically a "
            + "counter version for go_memstats_heap_objects gauge. Equals to "
            + "/gc/heap/allocs:objects + /gc/heap/tiny/allocs:objects.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_mcache_inuse_bytes",
        "Number of bytes in use by mcache structures. Equals to "
            + "/memory/classes/metadata/mcache/inuse:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_mcache_sys_bytes",
        "Number of bytes used for mcache structures obtained from system. Equals to "
            + "/memory/classes/metadata/mcache/inuse:bytes + "
            + "/memory/classes/metadata/mcache/free:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_mspan_inuse_bytes",
        "Number of bytes in use by mspan structures. Equals to "
            + "/memory/classes/metadata/mspan/inuse:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_mspan_sys_bytes",
        "Number of bytes used for mspan structures obtained from system. Equals to "
            + "/memory/classes/metadata/mspan/inuse:bytes + "
            + "/memory/classes/metadata/mspan/free:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_next_gc_bytes",
        "Number of heap bytes when next garbage collection will take place. Equals to "
            + "/gc/heap/goal:bytes.",
        () -> heap().getCommitted());
    registry.gauge(
        "go_memstats_other_sys_bytes",
        "Number of bytes used for other system allocations. Equals to "
            + "/memory/classes/other:bytes.",
        () -> nonHeap().getCommitted());
    registry.gauge(
        "go_memstats_stack_inuse_bytes",
        "Number of bytes obtained from system for stack allocator in non-CGO "
            + "environments. Equals to /memory/classes/heap/stacks:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_stack_sys_bytes",
        "Number of bytes obtained from system for stack allocator. Equals to "
            + "/memory/classes/heap/stacks:bytes + /memory/classes/os-stacks:bytes.",
        GoMetrics::nothing);
    registry.gauge(
        "go_memstats_sys_bytes",
        "Number of bytes obtained from system. Equals to /memory/classes/total:byte.",
        () -> heap().getCommitted() + nonHeap().getCommitted());
    registry.gauge(
        "go_sched_gomaxprocs_threads",
        "The current runtime.GOMAXPROCS setting, or the number of operating system "
            + "threads that can execute user-level Go code simultaneously. Sourced from "
            + "/sched/gomaxprocs:threads",
        () -> Runtime.getRuntime().availableProcessors());
    registry.gauge(
        "go_threads",
        "Number of OS threads created.",
        () -> ManagementFactory.getThreadMXBean().getTotalStartedThreadCount());
  }

  /** Of what the JVM does not count, or does not have. */
  private static double nothing() {
    return 0;
  }

  private static void pauses(Registry.Readings out) {
    long count = 0;
    double seconds = 0;
    for (var gc : ManagementFactory.getGarbageCollectorMXBeans()) {
      count += gc.getCollectionCount();
      seconds += gc.getCollectionTime() / MILLIS_PER_SECOND;
    }
    out.summary(count, seconds);
  }

  private static MemoryUsage heap() {
    return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage();
  }

  private static MemoryUsage nonHeap() {
    return ManagementFactory.getMemoryMXBean().getNonHeapMemoryUsage();
  }

  private static double allocatedBytes() {
    return ManagementFactory.getThreadMXBean() instanceof ThreadMXBean threads
        ? threads.getTotalThreadAllocatedBytes()
        : 0;
  }

  private static double lastCollectionSeconds() {
    long newest = 0;
    for (var bean : ManagementFactory.getGarbageCollectorMXBeans()) {
      GcInfo last = bean instanceof GarbageCollectorMXBean gc ? gc.getLastGcInfo() : null;
      if (last != null) {
        newest = Math.max(newest, last.getEndTime());
      }
    }
    if (newest == 0) {
      return 0;
    }
    return (ManagementFactory.getRuntimeMXBean().getStartTime() + newest) / MILLIS_PER_SECOND;
  }
}
