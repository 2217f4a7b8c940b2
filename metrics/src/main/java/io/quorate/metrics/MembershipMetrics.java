package io.quorate.metrics;

import io.quorate.metrics.registry.Counter;
import io.quorate.metrics.registry.Gauge;
import io.quorate.metrics.registry.Labelled;
import io.quorate.metrics.registry.Registry;
import io.quorate.node.Member;
import io.quorate.statemachine.membership.MembershipListener;
import io.quorate.statemachine.membership.MembershipView;

/**
 * Who is a member, and what was read and written of that in the old store's terms: a member is
 * created, its name and the cluster's version are set.
 */
final class MembershipMetrics {
  private final Labelled<Gauge> knownPeers;
  private final Labelled<Counter> reads;
  private final Labelled<Counter> writes;

  MembershipMetrics(Registry registry) {
    knownPeers =
        registry.gauges(
            "etcd_network_known_peers", "The current number of known peers.", "Local", "Remote");
    reads =
        registry.counters(
            "etcd_debugging_store_reads_total",
            "Total number of reads action by (get/getRecursive), local to this member.",
            "action");
    writes =
        registry.counters(
            "etcd_debugging_store_writes_total",
            "Total number of writes (e.g. set/compareAndDelete) seen by this member.",
            "action");
  }

  void listen(Member member) {
    String self = Long.toHexString(member.options().memberId());
    var membership = member.stores().membership();
    reads.with("getRecursive").inc();
    know(self, MembershipView.EMPTY, membership.view());
    membership.listen(
        new MembershipListener() {
          @Override
          public void changed(MembershipView before, MembershipView after) {
            know(self, before, after);
            writes.with(action(before, after)).inc();
          }
        });
  }

  /** In the old store a member's URLs are created and updated; all else is set. */
  private static String action(MembershipView before, MembershipView after) {
    if (after.list().size() > before.list().size()) {
      return "create";
    }
    if (after.list().size() < before.list().size()) {
      return "delete";
    }
    for (var member : after.list()) {
      var was = before.member(member.id());
      if (was.isPresent()
          && (was.get().isLearner() != member.isLearner()
              || !was.get().peerUrls().equals(member.peerUrls()))) {
        return "update";
      }
    }
    return "set";
  }

  private void know(String self, MembershipView before, MembershipView after) {
    before.list().forEach(member -> knownPeers.with(self, Long.toHexString(member.id())).set(0));
    after.list().forEach(member -> knownPeers.with(self, Long.toHexString(member.id())).set(1));
  }
}
