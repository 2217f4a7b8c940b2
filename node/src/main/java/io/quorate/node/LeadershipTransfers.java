package io.quorate.node;

import io.quorate.io.Clock;
import io.quorate.node.loop.Inbox;
import io.quorate.node.loop.RaftLoop;
import io.quorate.node.port.Transport;
import io.quorate.statemachine.membership.MembershipView;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.slf4j.Logger;

/** Leadership that is handed over: on request, and before a stop. Any thread. */
final class LeadershipTransfers {
  private final long self;
  private final Inbox<RaftLoop.Input> inbox;
  private final Supplier<RaftView> raft;
  private final Supplier<MembershipView> members;
  private final Transport transport;
  private final Clock clock;
  private final Logger log;
  private final Set<UnderWay> underWay = ConcurrentHashMap.newKeySet();

  /** Whoever asks waits alone: one who gives up does so for nobody else. */
  private record UnderWay(long target, CompletableFuture<Void> done) {}

  LeadershipTransfers(
      long self,
      Inbox<RaftLoop.Input> inbox,
      Supplier<RaftView> raft,
      Supplier<MembershipView> members,
      Transport transport,
      Clock clock,
      Logger log) {
    this.self = self;
    this.inbox = inbox;
    this.raft = raft;
    this.members = members;
    this.transport = transport;
    this.clock = clock;
    this.log = log;
  }

  /** {@code leader} leads now. */
  void leads(long leader) {
    for (UnderWay transfer : underWay) {
      if (transfer.target == leader) {
        transfer.done.complete(null);
      }
    }
  }

  /** Completes when this member sees {@code target} lead. */
  CompletableFuture<Void> to(long target) {
    long began = clock.nanos();
    String id = Long.toHexString(self);
    log.atInfo()
        .addKeyValue("local-member-id", id)
        .addKeyValue("current-leader-member-id", id)
        .addKeyValue("transferee-member-id", Long.toHexString(target))
        .log("leadership transfer starting");
    var done = new CompletableFuture<Void>();
    var transfer = new UnderWay(target, done);
    underWay.add(transfer);
    inbox.offer(new RaftLoop.Transfer(target));
    if (raft.get().leader() == target) {
      done.complete(null);
    }
    done.whenComplete((led, failure) -> {
      underWay.remove(transfer);
      if (failure == null) {
        log.atInfo()
            .addKeyValue("local-member-id", id)
            .addKeyValue("old-leader-member-id", id)
            .addKeyValue("new-leader-member-id", Long.toHexString(target))
            .addKeyValue("took", Duration.ofNanos(clock.nanos() - began))
            .log("leadership transfer finished");
      }
    });
    return done;
  }

  /**
   * To the voter that has been reachable for the longest time, if this member leads; completes at
   * once where there is nobody to hand it to.
   */
  CompletableFuture<Void> toAnybody() {
    if (!raft.get().leads()) {
      return CompletableFuture.completedFuture(null);
    }
    long heir = 0;
    long since = Long.MAX_VALUE;
    var voters = members.get().voters();
    for (var voter : voters) {
      long active = transport.activeSinceNanos(voter.id());
      if (active != Transport.INACTIVE && active < since) {
        heir = voter.id();
        since = active;
      }
    }
    if (heir == 0) {
      if (voters.size() > 1) {
        log.atWarn()
            .addKeyValue("local-member-id", Long.toHexString(self))
            .addKeyValue("error", "etcdserver: unhealthy cluster")
            .log("leadership transfer failed");
      }
      return CompletableFuture.completedFuture(null);
    }
    return to(heir);
  }
}
