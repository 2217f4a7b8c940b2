package io.quorate.node;

import io.quorate.node.port.OtherMembers;
import io.quorate.node.port.Transport;
import io.quorate.raft.Status;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.progress.ProgressView;
import io.quorate.statemachine.ApplyError;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipError;
import io.quorate.statemachine.membership.MembershipView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.spi.LoggingEventBuilder;

/**
 * Adds, promotes, updates and removes members: first looks whether the cluster would survive it
 * (spec/peer.md 8.4), then proposes. Any thread.
 */
public final class MembershipChanges {
  private static final long CONTACT_NANOS = 5_000_000_000L;
  private static final double READY_SHARE = 0.9;

  /** What is counted of promotions, by the leader who decides on them. Any thread. */
  public interface PromotionListener {
    PromotionListener NONE =
        new PromotionListener() {
          @Override
          public void promoted() {}

          @Override
          public void refused(String reason) {}
        };

    void promoted();

    void refused(String reason);
  }

  /** What of the engine is needed here. */
  interface Engine {
    RaftView raft();

    CompletableFuture<Void> caughtUp();

    CompletableFuture<Status> status();

    /** Waits for a leader without end; to cancel the future gives it up while it does. */
    CompletableFuture<Outcome> reconfigure(ConfChange change);

    /** The same within the request timeout. */
    CompletableFuture<Outcome> promote(ConfChange change);

    long nanos();
  }

  private final long self;
  private final long cluster;
  private final boolean strict;
  private final Engine engine;
  private final Supplier<MembershipView> members;
  private final Transport transport;
  private final OtherMembers others;
  private final PromotionListener promotions;
  private final Logger log;

  /**
   * @param strict {@code --strict-reconfig-check}
   */
  MembershipChanges(
      long self,
      long cluster,
      boolean strict,
      Engine engine,
      Supplier<MembershipView> members,
      Transport transport,
      OtherMembers others,
      PromotionListener promotions,
      Logger log) {
    this.self = self;
    this.cluster = cluster;
    this.strict = strict;
    this.engine = engine;
    this.members = members;
    this.transport = transport;
    this.others = others;
    this.promotions = promotions;
    this.log = log;
  }

  /**
   * Adds {@code member}, a voter or a learner, that has not started yet. This and the other changes
   * wait for a leader until somebody cancels the future; what is cancelled then never happens.
   */
  public CompletableFuture<Outcome> add(Member member) {
    MembershipView now = members.get();
    if (strict) {
      if (!member.isLearner() && !mayAddVoter(now)) {
        return failed(
            line().addKeyValue("requested-member-add", text(member)),
            "rejecting member add request; not enough healthy members",
            new NodeException.NotEnoughStarted());
      }
      int voters = now.voters().size();
      if (voters > 1 && connected(now.voters()) < (voters + 1) / 2 + 1) {
        return failed(
            line().addKeyValue("requested-member-add", text(member)),
            "rejecting member add request; local member has not been connected to majority peers,"
                + " reconfigure breaks active quorum",
            new NodeException.Unhealthy());
      }
    }
    return engine.reconfigure(
        new ConfChange(
            0,
            member.isLearner() ? ConfChangeType.ADD_LEARNER_NODE : ConfChangeType.ADD_NODE,
            member.id(),
            utf8(member.toJson())));
  }

  private boolean mayAddVoter(MembershipView now) {
    int voters = now.voters().size() + 1;
    long started = now.voters().stream().filter(Member::started).count();
    // One that runs alone may take a second, which is not there yet to be counted.
    return started == 1 && voters == 2 || isQuorum("add", started, voters);
  }

  /** Removes the member with {@code id}, which then stops. */
  public CompletableFuture<Outcome> remove(long id) {
    MembershipView now = members.get();
    if (strict && !now.isLearner(id)) {
      List<Member> left = now.voters().stream().filter(voter -> voter.id() != id).toList();
      long started = left.stream().filter(Member::started).count();
      if (!isQuorum("remove", started, left.size())) {
        return failed(
            line().addKeyValue("requested-member-remove-id", Member.hex(id)),
            "rejecting member remove request; not enough healthy members",
            new NodeException.NotEnoughStarted());
      }
      boolean gone = id != self && transport.activeSinceNanos(id) == Transport.INACTIVE;
      int voters = now.voters().size();
      int active = connected(now.voters());
      if (!gone && active - 1 < 1 + (voters - 1) / 2) {
        return failed(
            line()
                .addKeyValue("requested-member-remove", Member.hex(id))
                .addKeyValue("active-peers", active),
            "rejecting member remove request; local member has not been connected to all peers,"
                + " reconfigure breaks active quorum",
            new NodeException.Unhealthy());
      }
    }
    return engine.reconfigure(new ConfChange(0, ConfChangeType.REMOVE_NODE, id, null));
  }

  /** Gives the member with {@code id} other peer URLs. */
  public CompletableFuture<Outcome> update(long id, List<String> peerUrls) {
    return engine.reconfigure(
        new ConfChange(
            0, ConfChangeType.UPDATE_NODE, id, utf8(Member.of(id, peerUrls, false).toJson())));
  }

  /**
   * Makes a voter of the learner with {@code id}; asks the leader to, if that is another.
   *
   * @param token of whoever wants it, for the leader
   * @return the members behind the change, as whoever leads knows them
   */
  public CompletableFuture<List<Member>> promote(long id, Optional<String> token) {
    return promoteHere(id)
        .<CompletableFuture<List<Member>>>handle((done, failure) -> {
          if (failure == null) {
            return done instanceof Outcome.Refused refused
                    && refused.error() instanceof ApplyError.Membership membership
                ? CompletableFuture.failedFuture(new NodeException.Membership(membership.reason()))
                : CompletableFuture.completedFuture(members.get().list());
          }
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          return cause instanceof NodeException.NotLeader
              ? others.promote(this::leaderUrls, id, token)
              : CompletableFuture.failedFuture(cause);
        })
        .thenCompose(result -> result);
  }

  /** As {@link #promote}, but fails with {@link NodeException.NotLeader} if another leads. */
  public CompletableFuture<Outcome> promoteHere(long id) {
    return engine
        .caughtUp()
        .thenCompose(caughtUp -> engine.status())
        .thenCompose(status -> {
          checkReady(id, status);
          MembershipView now = members.get();
          if (strict) {
            int voters = now.voters().size() + 1;
            long started = now.voters().stream().filter(Member::started).count() + 1;
            if (!isQuorum("promote", started, voters)) {
              line()
                  .addKeyValue("requested-member-remove-id", Member.hex(id))
                  .addKeyValue(
                      "error", "etcdserver: " + new NodeException.NotEnoughStarted().getMessage())
                  .log("rejecting member promote request; not enough healthy members");
              throw new NodeException.NotEnoughStarted();
            }
          }
          return engine.promote(
              new ConfChange(0, ConfChangeType.ADD_NODE, id, Member.Context.promotion(id)));
        })
        .whenComplete((outcome, failure) -> count(outcome, failure));
  }

  private void count(@Nullable Outcome outcome, @Nullable Throwable failure) {
    Throwable cause = failure != null && failure.getCause() != null ? failure.getCause() : failure;
    switch (cause) {
      case null -> {
        if (outcome instanceof Outcome.Refused refused
            && refused.error() instanceof ApplyError.Membership membership) {
          promotions.refused(membership.reason().text());
        } else {
          promotions.promoted();
        }
      }
      // The leader counts it.
      case NodeException.NotLeader _ -> {}
      case NodeException.Membership known -> promotions.refused(known.reason().text());
      default -> promotions.refused("etcdserver: " + cause.getMessage());
    }
  }

  private void checkReady(long id, Status status) {
    if (status.progress().isEmpty()) {
      throw new NodeException.NotLeader();
    }
    ProgressView learner = status.progress().get(id);
    ProgressView leader = status.progress().get(self);
    if (learner == null || leader == null) {
      throw new NodeException.Membership(MembershipError.ID_NOT_FOUND);
    }
    double share = (double) learner.match() / leader.match();
    if (share < READY_SHARE) {
      log.atError()
          .addKeyValue("learner-ready-percent", share == 0 ? (Object) 0 : (Object) share)
          .addKeyValue("ready-percent-threshold", READY_SHARE)
          .log("rejecting promote learner: learner is not ready");
      throw new NodeException.LearnerNotReady();
    }
  }

  /** The peer URLs of who leads now; empty if nobody does, or nobody we know. */
  public List<String> leaderUrls() {
    return members.get().member(engine.raft().leader()).map(Member::peerUrls).orElse(List.of());
  }

  /** How many of {@code some}, this member included, have been reachable for five seconds. */
  private int connected(List<Member> some) {
    long since = engine.nanos() - CONTACT_NANOS;
    int count = 0;
    for (Member member : some) {
      long active = transport.activeSinceNanos(member.id());
      if (member.id() == self || active != Transport.INACTIVE && active - since < 0) {
        count++;
      }
    }
    return count;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  private boolean isQuorum(String change, long started, int voters) {
    int quorum = voters / 2 + 1;
    if (started < quorum) {
      log.atWarn()
          .addKeyValue("number-of-started-member", started)
          .addKeyValue("quorum", quorum)
          .addKeyValue("cluster-id", Member.hex(cluster))
          .addKeyValue("local-member-id", Member.hex(self))
          .log("rejecting member " + change + "; started member will be less than quorum");
    }
    return started >= quorum;
  }

  private LoggingEventBuilder line() {
    return log.atWarn().addKeyValue("local-member-id", Member.hex(self));
  }

  private static String text(Member member) {
    return "{ID:%s RaftAttributes:{PeerURLs:[%s] IsLearner:%s} Attributes:{Name: ClientURLs:[]}}"
        .formatted(
            Member.hex(member.id()), String.join(" ", member.peerUrls()), member.isLearner());
  }

  private static CompletableFuture<Outcome> failed(
      LoggingEventBuilder line, String message, NodeException why) {
    line.addKeyValue("error", "etcdserver: " + why.getMessage()).log(message);
    return CompletableFuture.failedFuture(why);
  }
}
