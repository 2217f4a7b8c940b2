package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.quorate.api.etcdserverpb.AlarmRequest;
import io.quorate.api.etcdserverpb.AlarmType;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.DefragmentRequest;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.HashKVRequest;
import io.quorate.api.etcdserverpb.HashRequest;
import io.quorate.api.etcdserverpb.LeaseGrantRequest;
import io.quorate.api.etcdserverpb.LeaseKeepAliveRequest;
import io.quorate.api.etcdserverpb.LeaseLeasesRequest;
import io.quorate.api.etcdserverpb.LeaseRevokeRequest;
import io.quorate.api.etcdserverpb.LeaseTimeToLiveRequest;
import io.quorate.api.etcdserverpb.MemberListRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.SnapshotRequest;
import io.quorate.api.etcdserverpb.StatusRequest;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.etcdserverpb.WatchCancelRequest;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchProgressRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.grpc.health.v1.HealthCheckRequest;
import io.quorate.rpc.Metadata;
import java.util.List;

/**
 * One of everything that a member of one counts, in a fixed order and one at a time, so that two
 * members that count alike show the same numbers afterwards.
 */
final class MetricsTraffic implements AutoCloseable {
  private static final String KV = "/etcdserverpb.KV/";
  private static final String LEASE = "/etcdserverpb.Lease/";
  private static final String MAINTENANCE = "/etcdserverpb.Maintenance/";

  private final Grpc grpc;
  private final Member member;

  MetricsTraffic(Member member) {
    this.member = member;
    this.grpc = new Grpc(member);
  }

  private void call(String method, MessageLite request) {
    grpc.call(method, request);
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static PutRequest put(String key, String value) {
    return PutRequest.newBuilder().setKey(bytes(key)).setValue(bytes(value)).build();
  }

  private static RangeRequest range(String key, String end) {
    return RangeRequest.newBuilder().setKey(bytes(key)).setRangeEnd(bytes(end)).build();
  }

  private static RequestOp op(PutRequest put) {
    return RequestOp.newBuilder().setRequestPut(put).build();
  }

  private static RequestOp op(RangeRequest range) {
    return RequestOp.newBuilder().setRequestRange(range).build();
  }

  private static RequestOp op(DeleteRangeRequest delete) {
    return RequestOp.newBuilder().setRequestDeleteRange(delete).build();
  }

  private static Compare version(String key, long version) {
    return Compare.newBuilder()
        .setKey(bytes(key))
        .setTarget(Compare.CompareTarget.VERSION)
        .setVersion(version)
        .build();
  }

  /** Everything whose answers have the same length whoever gives them. */
  void requests() {
    keys();
    transactions();
    leases();
    refusals();
    call(KV + "Compact", CompactionRequest.newBuilder().setRevision(10).setPhysical(true).build());
    call(KV + "Compact", CompactionRequest.newBuilder().setRevision(9).build());
    call(KV + "Compact", CompactionRequest.newBuilder().setRevision(900).build());
    call(KV + "Range", range("k1", "").toBuilder().setRevision(3).build());
    call(KV + "Range", range("k1", "").toBuilder().setRevision(900).build());
    health();
    call("/etcdserverpb.Cluster/MemberList", MemberListRequest.getDefaultInstance());
    call(
        "/etcdserverpb.Cluster/MemberList",
        MemberListRequest.newBuilder().setLinearizable(true).build());
  }

  private void keys() {
    for (int i = 0; i < 5; i++) {
      call(KV + "Put", put("k" + i, "value " + i));
    }
    call(KV + "Put", put("k1", "again").toBuilder().setPrevKv(true).build());
    call(KV + "Put", put("k1", "").toBuilder().setIgnoreValue(true).build());
    call(KV + "Put", put("none", "").toBuilder().setIgnoreValue(true).build());
    call(KV + "Put", put("none", "x").toBuilder().setIgnoreLease(true).build());
    call(KV + "Put", put("none", "x").toBuilder().setLease(77).build());
    call(KV + "Range", range("k1", ""));
    call(KV + "Range", range("none", "").toBuilder().setSerializable(true).build());
    call(KV + "Range", range("k", "l").toBuilder().setCountOnly(true).build());
    call(KV + "Range", range("k", "l").toBuilder().setKeysOnly(true).setLimit(2).build());
    call(KV + "DeleteRange", DeleteRangeRequest.newBuilder().setKey(bytes("k0")).build());
    call(KV + "DeleteRange", DeleteRangeRequest.newBuilder().setKey(bytes("k0")).build());
    call(
        KV + "DeleteRange",
        DeleteRangeRequest.newBuilder()
            .setKey(bytes("k2"))
            .setRangeEnd(bytes("k4"))
            .setPrevKv(true)
            .build());
  }

  private void transactions() {
    call(
        KV + "Txn",
        TxnRequest.newBuilder()
            .addCompare(version("k1", 3))
            .addCompare(version("k4", 1))
            .addSuccess(op(put("t1", "1")))
            .addSuccess(op(range("k", "l")))
            .addSuccess(op(DeleteRangeRequest.newBuilder().setKey(bytes("k4")).build()))
            .addFailure(op(put("t2", "1")))
            .build());
    call(
        KV + "Txn",
        TxnRequest.newBuilder()
            .addCompare(version("k1", 99))
            .addSuccess(op(put("t1", "1")))
            .addFailure(op(put("t1", "").toBuilder().setIgnoreValue(true).build()))
            .addFailure(
                RequestOp.newBuilder()
                    .setRequestTxn(
                        TxnRequest.newBuilder()
                            .addCompare(version("t1", 1))
                            .addSuccess(op(put("t3", "3").toBuilder().setPrevKv(true).build()))
                            .addFailure(op(put("t4", "3")))))
            .build());
    call(
        KV + "Txn",
        TxnRequest.newBuilder()
            .addCompare(version("k1", 3))
            .addSuccess(op(range("k1", "")))
            .addSuccess(op(range("t", "u")))
            .build());
    call(
        KV + "Txn",
        TxnRequest.newBuilder()
            .addSuccess(op(range("k1", "").toBuilder().setSerializable(true).build()))
            .build());
    call(
        KV + "Txn",
        TxnRequest.newBuilder()
            .addSuccess(op(put("none", "").toBuilder().setIgnoreLease(true).build()))
            .build());
    call(
        KV + "Txn",
        TxnRequest.newBuilder()
            .addSuccess(op(put("t6", "").toBuilder().setLease(99).build()))
            .build());
    call(
        KV + "Txn",
        TxnRequest.newBuilder()
            .addSuccess(op(range("t1", "").toBuilder().setRevision(900).build()))
            .build());
  }

  private void leases() {
    for (long id = 1; id <= 3; id++) {
      call(LEASE + "LeaseGrant", LeaseGrantRequest.newBuilder().setID(id).setTTL(900 * id).build());
    }
    call(LEASE + "LeaseGrant", LeaseGrantRequest.newBuilder().setID(1).setTTL(60).build());
    call(LEASE + "LeaseGrant", LeaseGrantRequest.newBuilder().setID(4).setTTL(-1).build());
    call(KV + "Put", put("l1", "x").toBuilder().setLease(2).build());
    call(KV + "Put", put("l2", "x").toBuilder().setLease(2).build());
    call(KV + "Put", put("l3", "x").toBuilder().setLease(3).build());
    call(LEASE + "LeaseTimeToLive", LeaseTimeToLiveRequest.newBuilder().setID(2).build());
    call(
        LEASE + "LeaseTimeToLive",
        LeaseTimeToLiveRequest.newBuilder().setID(88).setKeys(true).build());
    call(LEASE + "LeaseLeases", LeaseLeasesRequest.getDefaultInstance());
    call(LEASE + "LeaseRevoke", LeaseRevokeRequest.newBuilder().setID(2).build());
    call(LEASE + "LeaseRevoke", LeaseRevokeRequest.newBuilder().setID(2).build());
    try (Grpc.Stream stream = grpc.stream(LEASE + "LeaseKeepAlive")) {
      for (long id : List.of(1L, 3L, 88L)) {
        stream.send(LeaseKeepAliveRequest.newBuilder().setID(id).build()).next();
      }
      stream.halfClose().end();
    }
    try (Grpc.Stream stream = grpc.stream(LEASE + "LeaseKeepAlive")) {
      stream.send(new byte[] {(byte) 0xff}).end();
    }
  }

  /** What the interceptors and gRPC itself refuse. */
  private void refusals() {
    byte[] range = range("k1", "").toByteArray();
    grpc.call(KV + "Range", range, new Metadata().add("client-api-version", "3.6"));
    grpc.call(KV + "Range", range, new Metadata().add("client-api-version", "\u00ff"));
    grpc.call(KV + "Range", range, new Metadata().add("hasleader", "true"));
    grpc.call(KV + "None", range, new Metadata());
    grpc.call("/none.None/None", range, new Metadata());
    call(KV + "Put", put("", "no key"));
    try (Grpc.Stream stream = grpc.stream("/etcdserverpb.Watch/Watch")) {
      stream.send(new byte[] {(byte) 0xff}).end();
    }
  }

  private void health() {
    call("/grpc.health.v1.Health/Check", HealthCheckRequest.getDefaultInstance());
    call("/grpc.health.v1.Health/Check", HealthCheckRequest.newBuilder().setService("x").build());
    call("/grpc.health.v1.Health/List", HealthCheckRequest.getDefaultInstance());
    try (Grpc.Stream stream = grpc.stream("/grpc.health.v1.Health/Watch")) {
      stream.send(HealthCheckRequest.getDefaultInstance()).halfClose().next();
      stream.cancel();
      stream.end();
    }
    for (String path : List.of("/health", "/health?serializable=true", "/livez", "/readyz")) {
      RawHttp.ask(member.clientPort(), "GET", path);
    }
    RawHttp.ask(member.clientPort(), "POST", "/health");
    RawHttp.ask(member.clientPort(), "GET", "/readyz?exclude=linearizable_read");
  }

  /**
   * Watchers of all kinds on one stream, which stays open: one reads history, one wants previous
   * values, one is cancelled, one has fallen behind a compaction, one is refused.
   */
  Grpc.Stream watches() throws Exception {
    Grpc.Stream stream = grpc.stream("/etcdserverpb.Watch/Watch");
    create(stream, WatchCreateRequest.newBuilder().setStartRevision(11));
    assertThat(WatchResponse.parseFrom(stream.next()).getCreated()).isTrue();
    int events = 0;
    while (events == 0) {
      events += WatchResponse.parseFrom(stream.next()).getEventsCount();
    }
    create(stream, WatchCreateRequest.newBuilder().setPrevKv(true));
    stream.next();
    create(stream, WatchCreateRequest.newBuilder().setPrevKv(true).setWatchId(7));
    stream.next();
    create(stream, WatchCreateRequest.newBuilder().setWatchId(7));
    stream.next();
    call(KV + "Put", put("w1", "1"));
    call(KV + "Put", put("w1", "2"));
    call(KV + "DeleteRange", DeleteRangeRequest.newBuilder().setKey(bytes("w1")).build());
    for (int i = 0; i < 9; i++) {
      stream.next(); // three changes for each of three watchers
    }
    stream.send(
        WatchRequest.newBuilder()
            .setCancelRequest(WatchCancelRequest.newBuilder().setWatchId(7))
            .build());
    stream.next();
    stream.send(
        WatchRequest.newBuilder()
            .setProgressRequest(WatchProgressRequest.getDefaultInstance())
            .build());
    stream.next();
    create(stream, WatchCreateRequest.newBuilder().setStartRevision(2));
    stream.next();
    stream.next(); // cancelled: compacted
    return stream;
  }

  private static void create(Grpc.Stream stream, WatchCreateRequest.Builder request) {
    stream.send(
        WatchRequest.newBuilder()
            .setCreateRequest(request.setKey(bytes("\0")).setRangeEnd(bytes("\0")))
            .build());
  }

  /** What only counts, or is answered with numbers that differ. */
  void maintenance() {
    AlarmRequest activate =
        AlarmRequest.newBuilder()
            .setAction(AlarmRequest.AlarmAction.ACTIVATE)
            .setMemberID(5)
            .setAlarm(AlarmType.CORRUPT)
            .build();
    call(MAINTENANCE + "Alarm", activate);
    call(MAINTENANCE + "Alarm", activate);
    RawHttp.ask(member.clientPort(), "GET", "/health");
    RawHttp.ask(member.clientPort(), "GET", "/readyz");
    call(MAINTENANCE + "Alarm", AlarmRequest.getDefaultInstance());
    AlarmRequest deactivate =
        activate.toBuilder().setAction(AlarmRequest.AlarmAction.DEACTIVATE).build();
    call(MAINTENANCE + "Alarm", deactivate);
    call(MAINTENANCE + "Alarm", deactivate);
    call(MAINTENANCE + "Status", StatusRequest.getDefaultInstance());
    call(MAINTENANCE + "Hash", HashRequest.getDefaultInstance());
    call(MAINTENANCE + "HashKV", HashKVRequest.getDefaultInstance());
    call(MAINTENANCE + "HashKV", HashKVRequest.newBuilder().setRevision(10).build());
    call(MAINTENANCE + "HashKV", HashKVRequest.newBuilder().setRevision(900).build());
    call(MAINTENANCE + "Defragment", DefragmentRequest.getDefaultInstance());
    try (Grpc.Stream stream = grpc.stream(MAINTENANCE + "Snapshot")) {
      stream.send(SnapshotRequest.getDefaultInstance()).halfClose().end();
    }
  }

  /** A lease that ends by itself, as that with the negative time did, which is the shortest. */
  void expiry() {
    call(LEASE + "LeaseGrant", LeaseGrantRequest.newBuilder().setID(9).setTTL(1).build());
    call(KV + "Put", put("e", "x").toBuilder().setLease(9).build());
  }

  @Override
  public void close() {
    grpc.close();
  }
}
