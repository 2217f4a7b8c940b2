package io.quorate.node;

import io.quorate.node.port.OtherMembers;
import io.quorate.node.port.Transport;
import io.quorate.raft.Status;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.raft.progress.ProgressView;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.membership.Member;
import io.quorate.statemachine.membership.MembershipError;
import io.quorate.statemachine.membership.MembershipView;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;

/**
 * Adds, promotes, updates and removes members: first looks whether the cluster would survive it
 * (spec/peer.md 8.4), then proposes. Any thread.
 */
public final class MembershipChanges {
  private static final long CONTACT_NANOS = 5_000_000_000L;
  private static final double READY_SHARE = 0.9;

  /** What of the engine is needed here. */
  interface Engine {
    RaftView raft();

    CompletableFuture<Void> caughtUp();

    CompletableFuture<Status> status();

    CompletableFuture<Outcome> reconfigure(ConfChange change);

    long nanos();
  }

  private final long self;
  private final boolean strict;
  private final Engine engine;
  private final Supplier<MembershipView> members;
  private final Transport transport;
  private final OtherMembers others;

  /**
   * @param strict {@code --strict-reconfig-check}
   */
  MembershipChanges(
      long self,
      boolean strict,
      Engine engine,
      Supplier<MembershipView> members,
      Transport transport,
      OtherMembers others) {
    this.self = self;
    this.strict = strict;
    this.engine = engine;
    this.members = members;
    this.transport = transport;
    this.others = others;
  }

  /** Adds {@code member}, a voter or a learner, that has not started yet. */
  public CompletableFuture<Outcome> add(Member member) {
    MembershipView now = members.get();
    if (strict) {
      if (!member.isLearner() && !mayAddVoter(now)) {
        return failed(new NodeException.NotEnoughStarted());
      }
      int voters = now.voters().size();
      if (voters > 1 && connected(now.voters()) < (voters + 1) / 2 + 1) {
        return failed(new NodeException.Unhealthy());
      }
    }
    return engine.reconfigure(
        new ConfChange(
            0,
            member.isLearner() ? ConfChangeType.ADD_LEARNER_NODE : ConfChangeType.ADD_NODE,
            member.id(),
            utf8(member.toJson())));
  }

  private static boolean mayAddVoter(MembershipView now) {
    int voters = now.voters().size() + 1;
    long started = now.voters().stream().filter(Member::started).count();
    // One that runs alone may take a second, which is not there yet to be counted.
    return started == 1 && voters == 2 || started >= voters / 2 + 1;
  }

  /** Removes the member with {@code id}, which then stops. */
  public CompletableFuture<Outcome> remove(long id) {
    MembershipView now = members.get();
    if (strict && !now.isLearner(id)) {
      List<Member> left = now.voters().stream().filter(voter -> voter.id() != id).toList();
      long started = left.stream().filter(Member::started).count();
      if (started < left.size() / 2 + 1) {
        return failed(new NodeException.NotEnoughStarted());
      }
      boolean gone = id != self && transport.activeSinceNanos(id) == Transport.INACTIVE;
      int voters = now.voters().size();
      if (!gone && connected(now.voters()) - 1 < 1 + (voters - 1) / 2) {
        return failed(new NodeException.Unhealthy());
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

  /** Makes a voter of the learner with {@code id}; asks the leader to, if that is another. */
  public CompletableFuture<Void> promote(long id) {
    return promoteHere(id)
        .<CompletableFuture<Void>>handle((done, failure) -> {
          if (failure == null) {
            return CompletableFuture.completedFuture(null);
          }
          Throwable cause = failure.getCause() == null ? failure : failure.getCause();
          return cause instanceof NodeException.NotLeader
              ? others.promote(this::leaderUrls, id)
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
            if (started < voters / 2 + 1) {
              throw new NodeException.NotEnoughStarted();
            }
          }
          return engine.reconfigure(
              new ConfChange(0, ConfChangeType.ADD_NODE, id, Member.Context.promotion(id)));
        });
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
    if ((double) learner.match() / leader.match() < READY_SHARE) {
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

  private static CompletableFuture<Outcome> failed(NodeException why) {
    return CompletableFuture.failedFuture(why);
  }
}
