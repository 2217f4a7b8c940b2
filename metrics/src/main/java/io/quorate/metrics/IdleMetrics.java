package io.quorate.metrics;

import io.quorate.metrics.registry.Registry;

/**
 * Names that every etcd shows and that a member without others never moves: what it does for
 * followers and learners, the proxy that shares its program, the old store's watches.
 */
final class IdleMetrics {
  private IdleMetrics() {}

  static void addTo(Registry registry) {
    registry.counter(
        "etcd_server_heartbeat_send_failures_total",
        "The total number of leader heartbeat send failures (likely overloaded from slow disk).");
    registry.counter(
        "etcd_server_learner_promote_successes",
        "The total number of successful learner promotions while this member is leader.");
    registry.gauge(
        "etcd_server_snapshot_apply_in_progress_total",
        "1 if the server is applying the incoming snapshot. 0 if none.");
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
