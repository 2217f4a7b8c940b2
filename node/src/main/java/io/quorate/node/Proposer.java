package io.quorate.node;

import io.quorate.io.Clock;
import io.quorate.node.loop.Inbox;
import io.quorate.node.loop.RaftLoop;
import io.quorate.node.propose.Proposals;
import io.quorate.node.propose.RequestIds;
import io.quorate.raft.message.ConfChange;
import io.quorate.raft.message.ConfChangeType;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.apply.Stores;
import io.quorate.statemachine.auth.AuthView;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.auth.User;
import io.quorate.statemachine.request.InternalRequest;
import java.util.concurrent.CompletableFuture;
import org.slf4j.Logger;

/**
 * The way of a request into raft: it gets an id, is encoded, and waits under its id for the apply
 * loop. Any thread.
 */
final class Proposer {
  private final MemberOptions options;
  private final RequestIds ids;
  private final Proposals<Outcome> proposals;
  private final Inbox<RaftLoop.Input> raft;
  private final Stores stores;
  private final Clock clock;
  private final Logger log;

  Proposer(
      MemberOptions options,
      RequestIds ids,
      Proposals<Outcome> proposals,
      Inbox<RaftLoop.Input> raft,
      Stores stores,
      Clock clock,
      Logger log) {
    this.options = options;
    this.ids = ids;
    this.proposals = proposals;
    this.raft = raft;
    this.stores = stores;
    this.clock = clock;
    this.log = log;
  }

  /** Whom the member passes for where its own work touches keys. */
  Identity asRoot() {
    AuthView auth = stores.auth().view();
    return auth.enabled() ? new Identity(User.ROOT, auth.revision()) : Identity.NONE;
  }

  /**
   * Proposes the request of field {@code field} with the encoded message {@code body} for {@code
   * caller}, however many wait already; refused if it is too large.
   */
  CompletableFuture<Outcome> propose(Identity caller, int field, byte[] body) {
    long id = ids.next();
    byte[] data = InternalRequest.encode(id, caller.user(), caller.authRevision(), field, body);
    return data.length > options.maxRequestBytes()
        ? CompletableFuture.failedFuture(new NodeException.RequestTooLarge())
        : propose(id, data);
  }

  /** Proposes what the member must say of itself, whatever the size of requests is limited to. */
  CompletableFuture<Outcome> proposeOwn(int field, byte[] body) {
    long id = ids.next();
    return propose(
        id,
        InternalRequest.encode(
            id, Identity.NONE.user(), Identity.NONE.authRevision(), field, body));
  }

  private CompletableFuture<Outcome> propose(long id, byte[] data) {
    Proposals.Pending<Outcome> pending =
        proposals.register(id, clock.nanos(), options.requestTimeout().toNanos());
    raft.offer(new RaftLoop.Propose(pending, data));
    return pending.future();
  }

  /**
   * Proposes a change of the membership.
   *
   * @param timed whether it fails after the request timeout; else it waits as long as its caller
   */
  CompletableFuture<Outcome> reconfigure(ConfChange change, boolean timed) {
    long id = ids.next();
    Proposals.Pending<Outcome> pending =
        timed
            ? proposals.register(id, clock.nanos(), options.requestTimeout().toNanos())
            : proposals.registerUntimed(id, clock.nanos());
    raft.offer(
        new RaftLoop.Reconfigure(
            new ConfChange(id, change.type(), change.nodeId(), change.context()), pending));
    pending
        .future()
        .thenRun(() ->
            log.atInfo()
                .addKeyValue("local-member-id", Long.toHexString(options.memberId()))
                .addKeyValue("raft-conf-change", text(change.type()))
                .addKeyValue("raft-conf-change-node-id", Long.toHexString(change.nodeId()))
                .log("applied a configuration change through raft"));
    return pending.future();
  }

  private static String text(ConfChangeType type) {
    return switch (type) {
      case ADD_NODE -> "ConfChangeAddNode";
      case REMOVE_NODE -> "ConfChangeRemoveNode";
      case UPDATE_NODE -> "ConfChangeUpdateNode";
      case ADD_LEARNER_NODE -> "ConfChangeAddLearnerNode";
    };
  }
}
