package io.quorate.server;

import io.quorate.api.etcdserverpb.AlarmMember;
import io.quorate.api.etcdserverpb.AlarmResponse;
import io.quorate.api.etcdserverpb.DefragmentResponse;
import io.quorate.api.etcdserverpb.DowngradeInfo;
import io.quorate.api.etcdserverpb.HashKVResponse;
import io.quorate.api.etcdserverpb.HashResponse;
import io.quorate.api.etcdserverpb.MoveLeaderResponse;
import io.quorate.api.etcdserverpb.StatusResponse;
import io.quorate.backend.Backend;
import io.quorate.backend.BackendSnapshot;
import io.quorate.backend.FileHash;
import io.quorate.node.Member;
import io.quorate.node.NodeException;
import io.quorate.node.duty.Versions;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.server.auth.Callers;
import io.quorate.statemachine.Outcome;
import io.quorate.statemachine.alarm.ActiveAlarm;
import io.quorate.statemachine.alarm.Quota;
import io.quorate.statemachine.auth.Identity;
import io.quorate.statemachine.membership.Version;
import io.quorate.statemachine.request.Alarm;
import io.quorate.statemachine.request.LoggedForm;
import java.util.Optional;
import java.util.function.Consumer;
import org.slf4j.Logger;

/** etcdserverpb.Maintenance (spec/api.md 11). */
final class MaintenanceService {
  private static final String SERVICE = "/etcdserverpb.Maintenance/";
  private static final int HASH_SLICE = 1000;

  private final Member member;
  private final Headers headers;
  private final Callers callers;
  private final ReadPool reads;
  private final KeyHashes hashes;
  private final Quota quota;
  private final Serving serving;
  private final boolean stopOnDefragment;
  private final Logger log;

  /**
   * @param serving what the health service says while the file is defragmented
   * @param stopOnDefragment gate StopGRPCServiceOnDefrag
   */
  MaintenanceService(
      Member member,
      Headers headers,
      Callers callers,
      ReadPool reads,
      Quota quota,
      Serving serving,
      boolean stopOnDefragment,
      Logger log) {
    this.member = member;
    this.headers = headers;
    this.callers = callers;
    this.reads = reads;
    hashes = new KeyHashes(member, reads);
    this.quota = quota;
    this.serving = serving;
    this.stopOnDefragment = stopOnDefragment;
    this.log = log;
  }

  void addTo(ServiceTable table) {
    table.add(SERVICE + "Alarm", Method.Kind.UNARY, Unary.of(this::alarm));
    table.add(SERVICE + "Status", Method.Kind.UNARY, Unary.of(status()));
    table.add(
        SERVICE + "Defragment",
        Method.Kind.UNARY,
        Unary.of(admin(empty("DefragmentRequest"), this::defragment)));
    table.add(
        SERVICE + "Hash", Method.Kind.UNARY, Unary.of(admin(empty("HashRequest"), this::hash)));
    table.add(
        SERVICE + "HashKV",
        Method.Kind.UNARY,
        Unary.of(admin(Requests::hashRevision, this::hashKv)));
    table.add(SERVICE + "Snapshot", Method.Kind.SERVER_STREAM, this::snapshot);
    table.add(
        SERVICE + "MoveLeader",
        Method.Kind.UNARY,
        GivenUp.of((bytes, call, until) -> {
          long target = Requests.leaderTarget(bytes);
          callers.identifyAdmin(call, caller -> moveLeader(target, call, until));
        }));
    table.add(
        SERVICE + "Downgrade",
        Method.Kind.UNARY,
        Unary.of(admin(bytes -> {}, (request, call) -> call.finish(Errors.notYet("downgrade")))));
  }

  private Unary status() {
    return (bytes, call) -> {
      Requests.empty("StatusRequest", bytes);
      callers.identifyAnybody(call, caller -> status(call));
    };
  }

  /**
   * What does not decode is said so before anybody is asked who they are.
   *
   * @param decoder throws if it does not
   */
  private Unary admin(Consumer<byte[]> decoder, Unary method) {
    return (bytes, call) -> {
      decoder.accept(bytes);
      callers.identifyAdmin(call, caller -> method.handle(bytes, call));
    };
  }

  private static Consumer<byte[]> empty(String message) {
    return bytes -> Requests.empty(message, bytes);
  }

  private void alarm(byte[] bytes, ServerCall call) {
    if (Alarm.decode(bytes).action() == Alarm.GET) {
      callers.identifyAnybody(call, caller -> alarm(caller, bytes, call));
    } else {
      callers.identifyAdmin(call, caller -> alarm(caller, bytes, call));
    }
  }

  private void alarm(Identity caller, byte[] bytes, ServerCall call) {
    member
        .propose(caller, Alarm.FIELD, LoggedForm.of(Alarm.FIELD, bytes))
        .whenComplete((outcome, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
            return;
          }
          switch (outcome) {
            case Outcome.Alarms alarms -> {
              var response =
                  AlarmResponse.newBuilder().setHeader(headers.message(alarms.revision()));
              alarms.alarms().forEach(alarm -> response.addAlarms(message(alarm)));
              Unary.reply(call, response.build().toByteArray());
            }
            case Outcome.Refused refused -> call.finish(Errors.status(refused.error()));
            default -> throw new AssertionError(outcome.toString());
          }
        });
  }

  private static AlarmMember message(ActiveAlarm alarm) {
    return AlarmMember.newBuilder()
        .setMemberID(alarm.memberId())
        .setAlarmValue(alarm.type())
        .build();
  }

  private void status(ServerCall call) {
    var backend = member.stores().backend();
    var membership = member.stores().membership().view();
    var response =
        StatusResponse.newBuilder()
            .setHeader(headers.now())
            .setVersion(Versions.SERVER.toString())
            .setDbSize(backend.sizeBytes())
            .setDbSizeInUse(backend.sizeInUseBytes())
            .setLeader(member.raft().leader())
            .setRaftIndex(member.raft().committed())
            .setRaftTerm(member.applied().term())
            .setRaftAppliedIndex(member.applied().index())
            .setIsLearner(membership.isLearner(member.options().memberId()))
            .setStorageVersion(storageVersion(member.storageVersion()))
            .setDbSizeQuota(quota.bytes())
            .setDowngradeInfo(
                DowngradeInfo.newBuilder()
                    .setEnabled(membership.downgrade().enabled())
                    .setTargetVersion(membership.downgrade().targetVersion()));
    if (!member.raft().hasLeader()) {
      response.addErrors(Errors.NO_LEADER.message());
    }
    member.stores().alarms().active().forEach(alarm -> response.addErrors(alarm.text()));
    Unary.reply(call, response.build().toByteArray());
  }

  static String storageVersion(Optional<Version> version) {
    return version.map(v -> v.major() + "." + v.minor() + ".0").orElse("");
  }

  private void defragment(byte[] bytes, ServerCall call) {
    log.atInfo().log("starting defragment");
    if (stopOnDefragment) {
      serving.change(Serving.State.NOT_SERVING, "defrag is active");
    }
    Backend backend = member.stores().backend();
    // What was answered before this request is in the file when this is answered.
    backend
        .forceCommit()
        .thenCompose(_ -> backend.defragment())
        .whenComplete((done, failure) -> {
          if (failure != null) {
            Throwable cause = failure.getCause() == null ? failure : failure.getCause();
            log.atError().addKeyValue("error", cause).log("failed to defragment");
            serving.change(Serving.State.SERVING, "");
            call.finish(Errors.status(failure));
          } else {
            log.atInfo().log("finished defragment");
            serving.change(Serving.State.SERVING, "");
            Unary.reply(call, DefragmentResponse.getDefaultInstance().toByteArray());
          }
        });
  }

  private void hash(byte[] bytes, ServerCall call) {
    member
        .stores()
        .backend()
        .snapshot()
        .whenComplete((snapshot, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else {
            hash(snapshot, call);
          }
        });
  }

  private void hash(BackendSnapshot snapshot, ServerCall call) {
    FileHash hash = snapshot.hash();
    reads.run(
        () -> {
          if (!hash.step(HASH_SLICE)) {
            return false;
          }
          snapshot.close();
          Unary.reply(
              call,
              HashResponse.newBuilder()
                  .setHeader(headers.now())
                  .setHash(hash.value())
                  .build()
                  .toByteArray());
          return true;
        },
        failure -> {
          snapshot.close();
          call.finish(Errors.status(failure));
        });
  }

  private void hashKv(byte[] bytes, ServerCall call) {
    long revision = Requests.hashRevision(bytes);
    hashes
        .at(revision)
        .whenComplete((done, failure) -> {
          if (failure != null) {
            call.finish(Errors.status(failure));
          } else {
            Unary.reply(
                call,
                HashKVResponse.newBuilder()
                    .setHeader(headers.message(done.currentRevision()))
                    .setHash(done.hash())
                    .setCompactRevision(done.compactRevision())
                    .setHashRevision(done.hashRevision())
                    .build()
                    .toByteArray());
          }
        });
  }

  private CallListener snapshot(ServerCall call) {
    return new SnapshotSender(
        call,
        callers,
        storageVersion(member.storageVersion()),
        member.stores().backend()::snapshot,
        member.clock(),
        log);
  }

  /** Takes as long as the client waits. */
  private void moveLeader(long target, ServerCall call, GivenUp until) {
    long self = member.options().memberId();
    if (member.raft().leader() != self) {
      call.finish(Errors.NOT_LEADER);
      return;
    }
    var membership = member.stores().membership().view();
    boolean voter = membership.member(target).isPresent() && !membership.isLearner(target);
    if (!voter) {
      call.finish(Errors.BAD_TRANSFEREE);
      return;
    }
    if (target == self) {
      Unary.reply(call, MoveLeaderResponse.getDefaultInstance().toByteArray());
      return;
    }
    until
        .cancels(member.transferLeadership(target))
        .whenComplete((led, failure) -> {
          if (failure != null) {
            call.finish(
                Errors.status(
                    new NodeException.Timeout(NodeException.TimeoutCause.LEADER_TRANSFER)));
          } else {
            Unary.reply(call, MoveLeaderResponse.getDefaultInstance().toByteArray());
          }
        });
  }
}
