package io.quorate.metrics;

import io.quorate.metrics.registry.Registry;

/**
 * Names that every etcd shows and that no member moves: of the proxy that shares its program, and
 * of the old store's watches.
 */
final class IdleMetrics {
  private IdleMetrics() {}

  static void addTo(Registry registry) {
    registry.gauge("etcd_grpc_proxy_cache_hits_total", "Total number of cache hits");
    registry.gauge("etcd_grpc_proxy_cache_keys_total", "Total number of keys/ranges cached");
    registry.gauge("etcd_grpc_proxy_cache_misses_total", "Total number of cache misses");
    registry.counter(
        "etcd_grpc_proxy_events_coalescing_total", "Total number of events coalescing");
    registry.gauge(
        "etcd_grpc_proxy_watchers_coalescing_total", "Total number of current watchers coalescing");
    registry.counter("etcd_debugging_store_expires_total", "Total number of expired keys.");
    registry.counter(
        "etcd_debugging_store_watch_requests_total",
        "Total number of incoming watch requests (new or reestablished).");
    registry.gauge("etcd_debugging_store_watchers", "Count of currently active watchers.");
  }
}
