package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.InvalidProtocolBufferException;
import io.quorate.api.etcdserverpb.DefragmentRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.grpc.health.v1.HealthCheckRequest;
import io.quorate.api.grpc.health.v1.HealthCheckResponse;
import io.quorate.api.grpc.health.v1.HealthCheckResponse.ServingStatus;
import io.quorate.api.grpc.health.v1.HealthListRequest;
import io.quorate.api.grpc.health.v1.HealthListResponse;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** grpc.health.v1.Health: the server as a whole, by the name of "" (spec/server.md 4.1, 2). */
class HealthServiceTest {
  private static final String HEALTH = "/grpc.health.v1.Health/";
  private static final HealthCheckRequest UNKNOWN =
      HealthCheckRequest.newBuilder().setService("etcdserverpb.KV").build();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource(Kind.class)
  void checkListAndWatch(Kind kind) throws Exception {
    try (Member member = Member.in(scratch).start(kind);
        Grpc grpc = new Grpc(member)) {
      assertThat(status(grpc.call(HEALTH + "Check", HealthCheckRequest.getDefaultInstance())))
          .isEqualTo(ServingStatus.SERVING);
      assertThat(grpc.call(HEALTH + "Check", UNKNOWN).status())
          .isEqualTo(new Status(Code.NOT_FOUND, "unknown service"));
      assertThat(
              HealthListResponse.parseFrom(
                      grpc.call(HEALTH + "List", HealthListRequest.getDefaultInstance()).message())
                  .getStatusesMap())
          .isEqualTo(
              Map.of(
                  "", HealthCheckResponse.newBuilder().setStatus(ServingStatus.SERVING).build()));
      try (Grpc.Stream watch = grpc.stream(HEALTH + "Watch");
          Grpc.Stream unknown = grpc.stream(HEALTH + "Watch")) {
        watch.send(HealthCheckRequest.getDefaultInstance()).halfClose();
        unknown.send(UNKNOWN).halfClose();
        assertThat(status(watch.next())).isEqualTo(ServingStatus.SERVING);
        assertThat(status(unknown.next())).isEqualTo(ServingStatus.SERVICE_UNKNOWN);
        // Without the gate a defragmentation changes nothing, and nothing is said twice.
        defragment(grpc);
        assertThat(watch.next(Duration.ofMillis(200))).isEmpty();
        assertThat(member.log()).doesNotContain("NOT_SERVING");
      }
    }
  }

  @ParameterizedTest
  @EnumSource(Kind.class)
  void withTheGateADefragmentationStopsServing(Kind kind) throws Exception {
    try (Member member =
            Member.in(scratch).flags("--feature-gates=StopGRPCServiceOnDefrag=true").start(kind);
        Grpc grpc = new Grpc(member);
        Grpc.Stream watch = grpc.stream(HEALTH + "Watch")) {
      for (int i = 0; i < 20; i++) {
        grpc.call(
            "/etcdserverpb.KV/Put",
            PutRequest.newBuilder()
                .setKey(ByteString.copyFromUtf8("k" + i))
                .setValue(ByteString.copyFrom(new byte[1_000_000]))
                .build());
      }
      watch.send(HealthCheckRequest.getDefaultInstance()).halfClose();
      assertThat(status(watch.next())).isEqualTo(ServingStatus.SERVING);
      defragment(grpc);
      assertThat(member.log().lines())
          .anyMatch(line ->
              line.contains("\"level\":\"warn\"")
                  && line.contains(
                      "\"msg\":\"grpc service status changed\",\"service\":\"\","
                          + "\"status\":\"NOT_SERVING\",\"reason\":\"defrag is active\""));
      List<ServingStatus> seen = new ArrayList<>();
      for (Optional<byte[]> next = watch.next(Duration.ofMillis(500));
          next.isPresent();
          next = watch.next(Duration.ofMillis(500))) {
        seen.add(status(next.get()));
      }
      // Who looks too late sees no change at all.
      assertThat(seen).isIn(List.of(ServingStatus.NOT_SERVING, ServingStatus.SERVING), List.of());
      assertThat(status(grpc.call(HEALTH + "Check", HealthCheckRequest.getDefaultInstance())))
          .isEqualTo(ServingStatus.SERVING);
    }
  }

  private static void defragment(Grpc grpc) {
    assertThat(
            grpc.call(
                    "/etcdserverpb.Maintenance/Defragment", DefragmentRequest.getDefaultInstance())
                .status())
        .isEqualTo(Status.OK);
  }

  private static ServingStatus status(Grpc.Answer answer) throws InvalidProtocolBufferException {
    assertThat(answer.status()).isEqualTo(Status.OK);
    return status(answer.message());
  }

  private static ServingStatus status(byte[] message) throws InvalidProtocolBufferException {
    return HealthCheckResponse.parseFrom(message).getStatus();
  }
}
