package io.quorate.metrics;

import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Registry;

/** This process as the operating system sees it. */
final class ProcessMetrics {
  private final Gauge descriptorsUsed;
  private final Gauge descriptorLimit;

  ProcessMetrics(Registry registry) {
    registry.counter(
        "process_cpu_seconds_total",
        "Total user and system CPU time spent in seconds.",
        ProcFiles::cpuSeconds);
    registry.gauge(
        "process_max_fds",
        "Maximum number of open file descriptors.",
        () -> ProcFiles.limit("Max open files"));
    registry.counter(
        "process_network_receive_bytes_total",
        "Number of bytes received by the process over the network.",
        () -> ProcFiles.network("InOctets"));
    registry.counter(
        "process_network_transmit_bytes_total",
        "Number of bytes sent by the process over the network.",
        () -> ProcFiles.network("OutOctets"));
    registry.gauge(
        "process_open_fds", "Number of open file descriptors.", ProcFiles::openDescriptors);
    registry.gauge(
        "process_resident_memory_bytes",
        "Resident memory size in bytes.",
        ProcFiles::residentBytes);
    registry.gauge(
        "process_start_time_seconds",
        "Start time of the process since unix epoch in seconds.",
        ProcFiles::startSeconds);
    registry.gauge(
        "process_virtual_memory_bytes", "Virtual memory size in bytes.", ProcFiles::virtualBytes);
    registry.gauge(
        "process_virtual_memory_max_bytes",
        "Maximum amount of virtual memory available in bytes.",
        () -> ProcFiles.limit("Max address space"));
    descriptorsUsed = registry.gauge("os_fd_used", "The number of used file descriptors.");
    descriptorLimit = registry.gauge("os_fd_limit", "The file descriptor limit.");
  }

  void descriptors(long used, long limit) {
    descriptorsUsed.set(used);
    descriptorLimit.set(limit);
  }
}
