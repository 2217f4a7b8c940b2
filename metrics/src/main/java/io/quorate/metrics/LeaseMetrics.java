package io.quorate.metrics;

import io.quorate.metrics.registry.Counter;
import io.quorate.metrics.registry.Histogram;
import io.quorate.metrics.registry.Registry;
import io.quorate.node.Member;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.lease.LeaseListener;

/** Leases, as they are granted, renewed and ended. */
final class LeaseMetrics {
  private final Counter granted;
  private final Counter revoked;
  private final Counter renewed;
  private final Counter expired;
  private final Histogram ttls;

  LeaseMetrics(Registry registry) {
    granted =
        registry.counter(
            "etcd_debugging_lease_granted_total", "The total number of granted leases.");
    revoked =
        registry.counter(
            "etcd_debugging_lease_revoked_total", "The total number of revoked leases.");
    renewed =
        registry.counter(
            "etcd_debugging_lease_renewed_total",
            "The number of renewed leases seen by the leader.");
    expired =
        registry.counter(
            "etcd_debugging_server_lease_expired_total", "The total number of expired leases.");
    ttls =
        registry.histogram(
            "etcd_debugging_lease_ttl_total",
            "Bucketed histogram of lease TTLs.",
            Histogram.doubling(1, 24));
  }

  LeaseListener leases() {
    return new LeaseListener() {
      @Override
      public void granted(Lease lease) {
        granted.inc();
        ttls.observe(lease.ttlSeconds());
      }

      @Override
      public void revoked(Lease lease) {
        revoked.inc();
      }
    };
  }

  Member.DutyListener duties() {
    return new Member.DutyListener() {
      @Override
      public void leaseRenewed() {
        renewed.inc();
      }

      @Override
      public void leaseExpired() {
        expired.inc();
      }
    };
  }
}
