package io.quorate.server;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.LeaseGrantResponse;
import io.quorate.api.etcdserverpb.LeaseLeasesResponse;
import io.quorate.api.etcdserverpb.LeaseRevokeResponse;
import io.quorate.api.etcdserverpb.LeaseStatus;
import io.quorate.api.etcdserverpb.LeaseTimeToLiveResponse;
import io.quorate.node.Member;
import io.quorate.node.port.OtherMembers;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Method;
import io.quorate.rpc.Payload;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.Status;
import io.quorate.server.auth.Callers;
import io.quorate.server.wire.Wire;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.apply.AccessChecks;
import io.quorate.statemachine.auth.Access;
import io.quorate.statemachine.auth.AuthView;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.lease.Lease;
import io.quorate.statemachine.request.DecodeException;
import io.quorate.statemachine.request.LeaseGrant;
import io.quorate.statemachine.request.LeaseRevoke;
import io.quorate.statemachine.request.LoggedForm;
import java.util.concurrent.CompletableFuture;

/** etcdserverpb.Lease (spec/api.md 9). */
final class LeaseService {
  private static final String SERVICE = "/etcdserverpb.Lease/";
  private static final byte[] NO_END = {};

  /** What a grant costs of the quota. */
  private static final long GRANT_COST_BYTES = 64;

  private final Member member;
  private final Headers headers;
  private final Callers callers;
  private final Quota quota;
  private final LeaseFailpoints failpoints;

  /** Failpoints before a lease is looked up or renewed. */
  record LeaseFailpoints(Runnable beforeTimeToLive, Runnable beforeRenewCheckpoint) {}

  LeaseService(
      Member member, Headers headers, Callers callers, Quota quota, LeaseFailpoints failpoints) {
    this.member = member;
    this.headers = headers;
    this.callers = callers;
    this.quota = quota;
    this.failpoints = failpoints;
  }

  void addTo(ServiceTable table) {
    table.add(SERVICE + "LeaseGrant", Method.Kind.UNARY, Unary.of(this::grant));
    table.add(SERVICE + "LeaseRevoke", Method.Kind.UNARY, Unary.of(this::revoke));
    table.add(SERVICE + "LeaseKeepAlive", Method.Kind.BIDI_STREAM, KeepAlive::new);
    table.add(SERVICE + "LeaseTimeToLive", Method.Kind.UNARY, Unary.of(this::timeToLive));
    table.add(SERVICE + "LeaseLeases", Method.Kind.UNARY, Unary.of(this::leases));
  }

  private void grant(byte[] bytes, ServerCall call) {
    LeaseGrant request = LeaseGrant.decode(bytes);
    if (KvService.isFull(member, quota, GRANT_COST_BYTES, call::finish)) {
      return;
    }
    byte[] proposal = named(request, bytes);
    callers.identifyAnybody(
        call, caller -> answer(member.propose(caller, LeaseGrant.FIELD, proposal), call));
  }

  /** The request as it is proposed: one that leaves the choice of the id to us gets one. */
  private byte[] named(LeaseGrant request, byte[] bytes) {
    if (request.id() != 0) {
      return LoggedForm.of(LeaseGrant.FIELD, bytes);
    }
    long id = 0;
    while (id == 0) {
      id = member.nextId() & Long.MAX_VALUE;
    }
    return LoggedForm.of(LeaseGrant.FIELD, bytes, new LeaseGrant(0, id).encode());
  }

  // The right to delete its keys is checked when it is applied: then it is known which they are.
  private void revoke(byte[] bytes, ServerCall call) {
    LeaseRevoke.decode(bytes); // what cannot be decoded must not reach the log
    callers.identifyAnybody(
        call,
        caller ->
            answer(
                member.propose(caller, LeaseRevoke.FIELD, LoggedForm.of(LeaseRevoke.FIELD, bytes)),
                call));
  }

  private void answer(CompletableFuture<Outcome> outcome, ServerCall call) {
    outcome.whenComplete((done, failure) -> {
      if (failure != null) {
        call.finish(Errors.status(failure));
        return;
      }
      switch (done) {
        case Outcome.LeaseGranted granted ->
            Unary.reply(
                call,
                LeaseGrantResponse.newBuilder()
                    .setHeader(headers.message(granted.revision()))
                    .setID(granted.id())
                    .setTTL(granted.ttlSeconds())
                    .build()
                    .toByteArray());
        case Outcome.LeaseRevoked revoked ->
            Unary.reply(
                call,
                LeaseRevokeResponse.newBuilder()
                    .setHeader(headers.message(revoked.revision()))
                    .build()
                    .toByteArray());
        case Outcome.Refused refused -> call.finish(Errors.status(refused.error()));
        default -> throw new AssertionError(done.toString());
      }
    });
  }

  private void timeToLive(byte[] bytes, ServerCall call) {
    var request = Requests.LeaseTimeToLive.decode(bytes);
    // Whose time it is: this member's, or that of the leader, who is asked.
    member
        .leases()
        .timeToLive(request.id(), request.keys(), failpoints.beforeTimeToLive)
        .whenComplete((time, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
            return;
          }
          call.execute(() -> {
            try {
              callers.identifyAnybody(call, caller -> timeToLive(request.id(), time, caller, call));
            } catch (RuntimeException e) {
              call.finish(Errors.status(e));
            }
          });
        });
  }

  private void timeToLive(long id, OtherMembers.LeaseTime time, Identity caller, ServerCall call) {
    var response =
        LeaseTimeToLiveResponse.newBuilder()
            .setHeader(headers.now())
            .setID(id)
            .setTTL(time.ttlSeconds())
            .setGrantedTTL(time.grantedSeconds());
    if (!time.keys().isEmpty()) {
      // These very keys are checked and answered, whatever is attached meanwhile.
      AuthView rights = callers.rights();
      for (byte[] key : time.keys()) {
        Errors.refuse(rights.check(caller, Access.READ, key, NO_END));
        response.addKeys(ByteString.copyFrom(key));
      }
      callers.stillCurrent(caller);
    }
    Unary.reply(call, response.build().toByteArray());
  }

  private void leases(byte[] bytes, ServerCall call) {
    Requests.empty("LeaseLeasesRequest", bytes);
    callers.identifyAnybody(
        call,
        caller -> {
          if (callers.rights().checkAdmin(caller).isPresent()) {
            var access = new AccessChecks(callers.rights(), member.stores().lessor(), caller);
            for (Lease lease : member.stores().lessor().leases()) {
              Errors.refuse(access.checkLeaseKeys(lease.id(), Access.READ));
            }
          }
          leases(call);
        });
  }

  private void leases(ServerCall call) {
    var response = LeaseLeasesResponse.newBuilder().setHeader(headers.now());
    for (long id : member.leases().inOrderOfEnd()) {
      response.addLeases(LeaseStatus.newBuilder().setID(id));
    }
    Unary.reply(call, response.build().toByteArray());
  }

  /** One keep-alive stream: each message renews a lease, answers keep the order. */
  private final class KeepAlive implements CallListener {
    private final ServerCall call;
    private CompletableFuture<?> last = CompletableFuture.completedFuture(null);

    private KeepAlive(ServerCall call) {
      this.call = call;
    }

    @Override
    public void message(byte[] message) {
      long id;
      try {
        id = Requests.keepAliveId(message);
      } catch (DecodeException e) {
        call.finish(Errors.unmarshallingMessage(String.valueOf(e.getMessage())));
        return;
      }
      // Each renewal, not the stream, has its caller: a token may end, and rights too.
      callers.identify(call, caller -> renew(id, caller));
    }

    private void renew(long id, Identity caller) {
      // The header is of the moment before the renewal.
      byte[] header = headers.at(headers.revision());
      failpoints.beforeRenewCheckpoint.run();
      last =
          last.thenCompose(done -> member.leases().renew(id, () -> mayRenew(id, caller)))
              .whenComplete((ttl, failure) -> answered(id, header, ttl, failure));
    }

    private void mayRenew(long id, Identity caller) {
      AuthView rights = callers.rights();
      if (rights.enabled()) {
        Errors.refuse(rights.checkAnybody(caller));
        Errors.refuse(
            new AccessChecks(rights, member.stores().lessor(), caller)
                .checkLeaseKeys(id, Access.WRITE));
      }
    }

    private void answered(
        long id,
        byte[] header,
        @org.jspecify.annotations.Nullable Long ttl,
        @org.jspecify.annotations.Nullable Throwable failure) {
      if (failure != null) {
        call.finish(Errors.status(failure));
        return;
      }
      call.send(
          Payload.of(
              new Wire(header.length + 24)
                  .message(1, header)
                  .number(2, id)
                  .number(3, ttl == null ? 0 : ttl)
                  .toByteArray()));
      call.request(1);
    }

    @Override
    public void halfClosed() {
      last.whenComplete((done, failure) -> call.finish(Status.OK));
    }
  }
}
