package io.quorate.dist;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import io.quorate.api.etcdserverpb.CompactionRequest;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.DefragmentRequest;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.HashKVRequest;
import io.quorate.api.etcdserverpb.LeaseGrantRequest;
import io.quorate.api.etcdserverpb.LeaseGrantResponse;
import io.quorate.api.etcdserverpb.LeaseKeepAliveRequest;
import io.quorate.api.etcdserverpb.LeaseRevokeRequest;
import io.quorate.api.etcdserverpb.LeaseTimeToLiveRequest;
import io.quorate.api.etcdserverpb.MemberListRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.PutResponse;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.SnapshotRequest;
import io.quorate.api.etcdserverpb.StatusRequest;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.ClientCall;
import io.quorate.rpc.ClientCallListener;
import io.quorate.rpc.Metadata;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * What clients ask of a server on an ordinary day: mostly puts and ranges, and a little of all
 * else.
 */
final class ClientsDay {
  private static final Duration LIMIT = Duration.ofSeconds(30);
  private static final int AT_ONCE = 64;
  private static final int REQUESTS = 10_000;

  private final Channel channel;

  private ClientsDay(Channel channel) {
    this.channel = channel;
  }

  static void live(Channel channel) throws IOException, InterruptedException {
    ClientsDay day = new ClientsDay(channel);
    // That it is set, and one event at least: on a busy machine many come in one response.
    CountDownLatch events = new CountDownLatch(2);
    ClientCall watch =
        day.stream(
            "Watch/Watch",
            events,
            WatchRequest.newBuilder()
                .setCreateRequest(
                    WatchCreateRequest.newBuilder().setKey(key(0)).setRangeEnd(key(1_000_000)))
                .build());
    long revision = day.putsAndRanges();
    day.transactions();
    day.leases();
    day.upkeep(revision);
    if (!events.await(LIMIT.toSeconds(), TimeUnit.SECONDS)) {
      throw new IOException("the watch did not see what was put");
    }
    watch.cancel();
  }

  /** No more than puts and ranges; again if two members on a busy machine lose their leader. */
  static void putAndRead(Channel channel) throws IOException {
    long deadline = System.nanoTime() + LIMIT.toNanos();
    while (true) {
      try {
        new ClientsDay(channel).putsAndRanges();
        return;
      } catch (CompletionException | StatusException e) {
        if (System.nanoTime() - deadline > 0) {
          throw e;
        }
      }
    }
  }

  /** Returns the last revision. */
  private long putsAndRanges() throws IOException {
    ByteString value = ByteString.copyFrom(new byte[256]);
    Queue<CompletableFuture<byte[]>> pending = new ArrayDeque<>();
    byte[] last = new byte[0];
    for (int i = 0; i < REQUESTS; i++) {
      ByteString key = key(i % 1_000);
      pending.add(
          i % 3 == 0
              ? async("KV/Range", RangeRequest.newBuilder().setKey(key).setSerializable(i % 2 == 0))
              : async("KV/Put", PutRequest.newBuilder().setKey(key).setValue(value)));
      while (pending.size() > AT_ONCE) {
        pending.remove().join();
      }
    }
    while (!pending.isEmpty()) {
      pending.remove().join();
    }
    for (int i = 0; i < 200; i++) { // one client alone takes other ways
      last =
          unary("KV/Put", PutRequest.newBuilder().setKey(key(i)).setValue(value).setPrevKv(true));
      unary("KV/Range", RangeRequest.newBuilder().setKey(key(i)));
    }
    RangeRequest.Builder all = RangeRequest.newBuilder().setKey(key(0)).setRangeEnd(key(1_000_000));
    for (int i = 0; i < 20; i++) {
      unary("KV/Range", all);
    }
    unary("KV/Range", all.clone().setLimit(10).setKeysOnly(true));
    unary("KV/Range", all.clone().setCountOnly(true));
    unary(
        "KV/Range",
        all.clone()
            .setSortOrder(RangeRequest.SortOrder.DESCEND)
            .setSortTarget(RangeRequest.SortTarget.MOD));
    return PutResponse.parseFrom(last).getHeader().getRevision();
  }

  private void transactions() {
    for (int i = 0; i < 300; i++) {
      RequestOp put =
          RequestOp.newBuilder().setRequestPut(PutRequest.newBuilder().setKey(key(i))).build();
      RequestOp range =
          RequestOp.newBuilder()
              .setRequestRange(RangeRequest.newBuilder().setKey(key(i + 1)))
              .build();
      unary(
          "KV/Txn",
          TxnRequest.newBuilder()
              .addCompare(
                  Compare.newBuilder()
                      .setKey(key(i))
                      .setTarget(Compare.CompareTarget.VERSION)
                      .setResult(Compare.CompareResult.GREATER)
                      .setVersion(0))
              .addSuccess(put)
              .addSuccess(range)
              .addFailure(range));
      unary("KV/DeleteRange", DeleteRangeRequest.newBuilder().setKey(key(i)).setPrevKv(true));
    }
  }

  private void leases() throws IOException, InterruptedException {
    for (int i = 0; i < 50; i++) {
      long id =
          LeaseGrantResponse.parseFrom(
                  unary("Lease/LeaseGrant", LeaseGrantRequest.newBuilder().setTTL(100)))
              .getID();
      unary("KV/Put", PutRequest.newBuilder().setKey(key(i)).setLease(id));
      CountDownLatch answered = new CountDownLatch(1);
      ClientCall keepAlive =
          stream(
              "Lease/LeaseKeepAlive",
              answered,
              LeaseKeepAliveRequest.newBuilder().setID(id).build());
      answered.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
      keepAlive.halfClose();
      unary("Lease/LeaseTimeToLive", LeaseTimeToLiveRequest.newBuilder().setID(id).setKeys(true));
      unary("Lease/LeaseRevoke", LeaseRevokeRequest.newBuilder().setID(id));
    }
  }

  private void upkeep(long revision) throws InterruptedException {
    for (int i = 0; i < 10; i++) {
      unary("Maintenance/Status", StatusRequest.newBuilder());
      unary("Cluster/MemberList", MemberListRequest.newBuilder().setLinearizable(true));
    }
    unary("Maintenance/HashKV", HashKVRequest.newBuilder());
    unary("KV/Compact", CompactionRequest.newBuilder().setRevision(revision).setPhysical(true));
    unary("Maintenance/Defragment", DefragmentRequest.newBuilder());
    CountDownLatch some = new CountDownLatch(1);
    ClientCall snapshot =
        stream("Maintenance/Snapshot", some, SnapshotRequest.getDefaultInstance());
    some.await(LIMIT.toSeconds(), TimeUnit.SECONDS);
    snapshot.cancel();
  }

  private byte[] unary(String method, MessageLite.Builder request) {
    return channel.unary(
        "/etcdserverpb." + method,
        request.build().toByteArray(),
        CallOptions.DEFAULT.withDeadlineAfter(LIMIT));
  }

  private CompletableFuture<byte[]> async(String method, MessageLite.Builder request) {
    return channel.unaryAsync(
        "/etcdserverpb." + method,
        request.build().toByteArray(),
        CallOptions.DEFAULT.withDeadlineAfter(LIMIT));
  }

  /** Sends one message and counts the answers, for as long as they come. */
  private ClientCall stream(String method, CountDownLatch answers, MessageLite request) {
    ClientCall call =
        channel.start(
            "/etcdserverpb." + method,
            CallOptions.DEFAULT,
            new ClientCallListener() {
              @Override
              public void message(byte[] message) {
                answers.countDown();
              }

              @Override
              public void closed(Status status, Metadata trailers) {}
            });
    call.request(Integer.MAX_VALUE);
    call.send(request.toByteArray());
    return call;
  }

  /** Sixteen bytes, in the order of their numbers. */
  private static ByteString key(int number) {
    return ByteString.copyFromUtf8(String.format(java.util.Locale.ROOT, "key-%012d", number));
  }
}
