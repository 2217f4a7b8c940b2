package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import com.google.protobuf.Message;
import com.google.protobuf.TextFormat;
import io.quorate.api.etcdserverpb.AlarmRequest;
import io.quorate.api.etcdserverpb.AlarmRequest.AlarmAction;
import io.quorate.api.etcdserverpb.AlarmResponse;
import io.quorate.api.etcdserverpb.AlarmType;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.DefragmentRequest;
import io.quorate.api.etcdserverpb.DefragmentResponse;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.HashKVRequest;
import io.quorate.api.etcdserverpb.HashKVResponse;
import io.quorate.api.etcdserverpb.HashRequest;
import io.quorate.api.etcdserverpb.HashResponse;
import io.quorate.api.etcdserverpb.LeaseGrantRequest;
import io.quorate.api.etcdserverpb.MemberListRequest;
import io.quorate.api.etcdserverpb.MemberListResponse;
import io.quorate.api.etcdserverpb.MoveLeaderRequest;
import io.quorate.api.etcdserverpb.MoveLeaderResponse;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.SnapshotRequest;
import io.quorate.api.etcdserverpb.SnapshotResponse;
import io.quorate.api.etcdserverpb.StatusRequest;
import io.quorate.api.etcdserverpb.StatusResponse;
import io.quorate.rpc.Status;
import java.io.ByteArrayOutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** spec/api.md 10 and 11: what administrators ask of one member. */
class MaintenanceTest {
  private static final String MAINTENANCE = "/etcdserverpb.Maintenance/";
  private static final int CHUNK_BYTES = 32 * 1024;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  /**
   * The same questions to both, on the same ports and so with the same ids, in the same state. Each
   * is named after the section it is about.
   */
  @Test
  void sections10And11_everyAnswerIsTheOriginals() throws Exception {
    Member member = Member.in(scratch.resolve("original"));
    Map<String, String> original = answers(member, Kind.ORIGINAL);
    Differences.none(original, answers(member.another(scratch.resolve("ours")), Kind.OURS));
    assertThat(original.get("11 Status while alarms are on")).contains("alarm:NOSPACE ");
  }

  private static Map<String, String> answers(Member member, Kind kind) throws Exception {
    try (member;
        Grpc grpc = new Grpc(member.flags("--quota-backend-bytes=100000000").start(kind))) {
      member.awaitLog(line -> line.contains("updated storage version"), "the storage version");
      var asked = new Asked(grpc);
      long self = asked.self();
      asked.memberList("10 MemberList", false);
      asked.memberList("10 MemberList, linearizable", true);
      asked.status("11 Status of a new member");
      asked.hash("11 Hash of an empty store");
      asked.hashKv("11 HashKV of an empty store", 0);
      asked.keys();
      asked.memberList("10 MemberList says no revision", false);
      asked.hash("11 Hash");
      asked.hashKv("11 HashKV: revision 0 is the current one", 0);
      asked.hashKv("11 HashKV at a revision", 4);
      asked.hashKv("11 HashKV at the current revision", 8);
      asked.hashKv("11 HashKV at a future revision", 9);
      asked.hashKv("11 HashKV at a negative revision", -1);
      asked.compact(5);
      asked.hashKv("11 HashKV: the hash of a compaction is kept", 5);
      asked.hashKv("11 HashKV below the compacted revision", 4);
      asked.hashKv("11 HashKV after a compaction", 0);
      asked.hash("11 Hash after a compaction");
      asked.alarm("11 Alarm: nothing is on", AlarmAction.GET, 0, 0);
      asked.alarm("11 Alarm: ACTIVATE of NONE does nothing", AlarmAction.ACTIVATE, self, 0);
      asked.alarm("11 Alarm: ACTIVATE", AlarmAction.ACTIVATE, self, 1);
      asked.alarm("11 Alarm: ACTIVATE of what is on returns it", AlarmAction.ACTIVATE, self, 1);
      asked.alarm("11 Alarm: ACTIVATE for nobody", AlarmAction.ACTIVATE, 0, 2);
      asked.alarm("11 Alarm: GET of all ignores the member", AlarmAction.GET, 77, 0);
      asked.alarm("11 Alarm: GET of one type", AlarmAction.GET, 0, 1);
      asked.status("11 Status while alarms are on");
      asked.alarm("11 Alarm: DEACTIVATE has no wildcard", AlarmAction.DEACTIVATE, 0, 1);
      asked.alarm("11 Alarm: DEACTIVATE of no type", AlarmAction.DEACTIVATE, self, 0);
      asked.alarm("11 Alarm: DEACTIVATE", AlarmAction.DEACTIVATE, self, 1);
      asked.alarm("11 Alarm: DEACTIVATE of what is off", AlarmAction.DEACTIVATE, self, 1);
      asked.alarm("11 Alarm: DEACTIVATE for nobody", AlarmAction.DEACTIVATE, 0, 2);
      asked.alarm("11 Alarm: GET after that", AlarmAction.GET, 0, 0);
      asked.moveLeader("11 MoveLeader to itself", self);
      asked.moveLeader("11 MoveLeader to nobody", 0);
      asked.moveLeader("11 MoveLeader to a stranger", 77);
      asked.say(
          "11 Defragment",
          "Defragment",
          DefragmentRequest.getDefaultInstance(),
          DefragmentResponse.getDefaultInstance());
      asked.hash("11 Hash after a defragmentation");
      asked.hashKv("11 HashKV after a defragmentation", 0);
      asked.status("11 Status at the end");
      return asked.answers;
    }
  }

  /** What was asked, and what came back as text. */
  private static final class Asked {
    private final Grpc grpc;
    private final Map<String, String> answers = new LinkedHashMap<>();

    private Asked(Grpc grpc) {
      this.grpc = grpc;
    }

    void say(String name, String method, Message request, Message form)
        throws InvalidProtocolBufferException {
      call(name, MAINTENANCE + method, request, form);
    }

    private void call(String name, String method, Message request, Message form)
        throws InvalidProtocolBufferException {
      Grpc.Answer answer = grpc.call(method, request);
      answers.put(
          name,
          answer.status().equals(Status.OK)
              ? text(form.getParserForType().parseFrom(answer.message()))
              : answer.status().toString());
    }

    /** Without the numbers that depend on how often a program commits. */
    private static String text(Message message) {
      if (message instanceof StatusResponse status) {
        assertThat(status.getDbSize()).isGreaterThanOrEqualTo(status.getDbSizeInUse()).isPositive();
        assertThat(status.getRaftAppliedIndex()).isLessThanOrEqualTo(status.getRaftIndex());
        // Errors come in no fixed order.
        List<String> errors = status.getErrorsList().stream().sorted().toList();
        return TextFormat.printer()
            .printToString(
                status.toBuilder()
                    .clearDbSize()
                    .clearDbSizeInUse()
                    .clearErrors()
                    .addAllErrors(errors)
                    .build());
      }
      if (message instanceof AlarmResponse alarms) {
        // In no fixed order.
        return alarms.getHeader()
            + alarms.getAlarmsList().stream().map(Object::toString).sorted().toList().toString();
      }
      return TextFormat.printer().printToString(message);
    }

    long self() throws InvalidProtocolBufferException {
      return StatusResponse.parseFrom(
              grpc.call(MAINTENANCE + "Status", StatusRequest.getDefaultInstance()).message())
          .getHeader()
          .getMemberId();
    }

    void memberList(String name, boolean linearizable) throws InvalidProtocolBufferException {
      call(
          name,
          "/etcdserverpb.Cluster/MemberList",
          MemberListRequest.newBuilder().setLinearizable(linearizable).build(),
          MemberListResponse.getDefaultInstance());
    }

    void status(String name) throws InvalidProtocolBufferException {
      say(name, "Status", StatusRequest.getDefaultInstance(), StatusResponse.getDefaultInstance());
    }

    void hash(String name) throws InvalidProtocolBufferException {
      say(name, "Hash", HashRequest.getDefaultInstance(), HashResponse.getDefaultInstance());
    }

    void hashKv(String name, long revision) throws InvalidProtocolBufferException {
      say(
          name,
          "HashKV",
          HashKVRequest.newBuilder().setRevision(revision).build(),
          HashKVResponse.getDefaultInstance());
    }

    void alarm(String name, AlarmAction action, long member, int type)
        throws InvalidProtocolBufferException {
      say(
          name,
          "Alarm",
          AlarmRequest.newBuilder()
              .setAction(action)
              .setMemberID(member)
              .setAlarm(AlarmType.forNumber(type))
              .build(),
          AlarmResponse.getDefaultInstance());
    }

    void moveLeader(String name, long target) throws InvalidProtocolBufferException {
      say(
          name,
          "MoveLeader",
          MoveLeaderRequest.newBuilder().setTargetID(target).build(),
          MoveLeaderResponse.getDefaultInstance());
    }

    /** Revisions 2 to 8. */
    void keys() {
      for (String key : List.of("a", "b", "a", "c", "b")) {
        grpc.call("/etcdserverpb.KV/Put", put(key, "value"));
      }
      grpc.call(
          "/etcdserverpb.KV/DeleteRange",
          DeleteRangeRequest.newBuilder().setKey(ByteString.copyFromUtf8("b")).build());
      grpc.call(
          "/etcdserverpb.Lease/LeaseGrant",
          LeaseGrantRequest.newBuilder().setID(7).setTTL(10_000).build());
      grpc.call("/etcdserverpb.KV/Put", put("d", "x").toBuilder().setLease(7).build());
    }

    void compact(long revision) {
      grpc.call(
          "/etcdserverpb.KV/Compact",
          CompactionRequest.newBuilder().setRevision(revision).setPhysical(true).build());
    }
  }

  private static PutRequest put(String key, String value) {
    return PutRequest.newBuilder()
        .setKey(ByteString.copyFromUtf8(key))
        .setValue(ByteString.copyFromUtf8(value))
        .build();
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void section11_snapshotIsTheFileInChunksAndThenItsDigest(Kind kind) throws Exception {
    try (Member member = Member.in(scratch).start(kind);
        Grpc grpc = new Grpc(member)) {
      member.awaitLog(line -> line.contains("updated storage version"), "the storage version");
      for (int i = 0; i < 20; i++) {
        grpc.call("/etcdserverpb.KV/Put", put("k" + i, "x".repeat(50_000)));
      }
      List<SnapshotResponse> messages = new ArrayList<>();
      try (Grpc.Stream stream = grpc.stream(MAINTENANCE + "Snapshot")) {
        stream.send(SnapshotRequest.getDefaultInstance()).halfClose();
        assertThat(stream.end()).isEqualTo(Status.OK);
        for (var next = stream.next(Duration.ZERO);
            next.isPresent();
            next = stream.next(Duration.ZERO)) {
          messages.add(SnapshotResponse.parseFrom(next.get()));
        }
      }
      SnapshotResponse digest = messages.removeLast();
      var file = new ByteArrayOutputStream();
      long total = messages.getFirst().getRemainingBytes() + messages.getFirst().getBlob().size();
      for (SnapshotResponse message : messages) {
        file.writeBytes(message.getBlob().toByteArray());
        assertThat(message.hasHeader()).isFalse();
        assertThat(message.getVersion()).isEqualTo("3.6.0");
        assertThat(message.getRemainingBytes()).isEqualTo(total - file.size());
        assertThat(message.getBlob().size()).isEqualTo(chunk(total, file.size()));
      }
      assertThat(file.size()).isEqualTo(total).isGreaterThan(1_000_000).isEqualTo(total);
      assertThat(digest.getRemainingBytes()).isZero();
      assertThat(digest.getVersion()).isEqualTo("3.6.0");
      assertThat(digest.getBlob().toByteArray())
          .isEqualTo(MessageDigest.getInstance("SHA-256").digest(file.toByteArray()));
      Path copy = scratch.resolve("copy.db");
      Files.write(copy, file.toByteArray());
      assertThat(Run.command(Programs.original("bbolt"), "check", copy.toString()).run().output())
          .contains("OK");
    }
  }

  /** All are full but the last. */
  private static int chunk(long total, long sent) {
    return sent == total && total % CHUNK_BYTES != 0 ? (int) (total % CHUNK_BYTES) : CHUNK_BYTES;
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void section11_defragmentGivesSpaceBackWhileOthersAreServed(Kind kind) throws Exception {
    try (Member member = Member.in(scratch).start(kind);
        Grpc grpc = new Grpc(member)) {
      for (int i = 0; i < 40; i++) {
        grpc.call("/etcdserverpb.KV/Put", put("k" + i, "x".repeat(500_000)));
      }
      grpc.call(
          "/etcdserverpb.KV/DeleteRange",
          DeleteRangeRequest.newBuilder()
              .setKey(ByteString.copyFromUtf8("k"))
              .setRangeEnd(ByteString.copyFromUtf8("l"))
              .build());
      grpc.call(
          "/etcdserverpb.KV/Compact",
          CompactionRequest.newBuilder().setRevision(42).setPhysical(true).build());
      long before = size(grpc);
      var done = new AtomicBoolean();
      CompletableFuture<List<Status>> puts =
          CompletableFuture.supplyAsync(() -> {
            List<Status> statuses = new ArrayList<>();
            for (int i = 0; !done.get(); i++) {
              statuses.add(grpc.call("/etcdserverpb.KV/Put", put("during", "" + i)).status());
            }
            return statuses;
          });
      assertThat(
              grpc.call(MAINTENANCE + "Defragment", DefragmentRequest.getDefaultInstance())
                  .status())
          .isEqualTo(Status.OK);
      done.set(true);
      assertThat(puts.join()).isNotEmpty().allMatch(Status.OK::equals);
      assertThat(size(grpc)).isLessThan(before / 4);
    }
  }

  private static long size(Grpc grpc) throws InvalidProtocolBufferException {
    return StatusResponse.parseFrom(
            grpc.call(MAINTENANCE + "Status", StatusRequest.getDefaultInstance()).message())
        .getDbSize();
  }
}
