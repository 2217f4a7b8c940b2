package io.quorate.client.recipes;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.quorate.api.etcdserverpb.Compare;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.RequestOp;
import io.quorate.api.etcdserverpb.TxnRequest;
import io.quorate.api.etcdserverpb.TxnResponse;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.mvccpb.Event;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.client.Decoded;
import io.quorate.client.Kv;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.StatusException;
import java.util.Optional;
import java.util.function.Supplier;

/**
 * All who want the same name, in the order in which they came. Each holds a key below {@code name/}
 * that its lease gives the last part:
 *
 * <pre>
 *   name/694d7e5c1a2b3c01   created at revision 7    first: has it
 *   name/694d7e5c1a2b3c09   created at revision 8    waits until the one of 7 is gone
 *   name/694d7e5c1a2b3c05   created at revision 12   waits until the one of 8 is gone
 * </pre>
 *
 * Everyone watches the one before alone: when a place becomes free, one wakes up and not all.
 */
final class Contenders {
  private static final String TXN = "/etcdserverpb.KV/Txn";
  private static final String RANGE = "/etcdserverpb.KV/Range";
  private static final String DELETE = "/etcdserverpb.KV/DeleteRange";

  private final Channel channel;
  private final ByteString prefix;

  Contenders(Channel channel, ByteString name) {
    this.channel = channel;
    this.prefix = name.concat(ByteString.copyFromUtf8("/"));
  }

  /** The key with which the holder of {@code lease} waits. A negative id keeps its sign. */
  ByteString keyOf(long lease) {
    return prefix.concat(ByteString.copyFromUtf8(Long.toString(lease, 16)));
  }

  /** Takes a place, or finds the one that the lease has already, which keeps its value. */
  Place enter(long lease, ByteString value) {
    ByteString key = keyOf(lease);
    RequestOp put =
        RequestOp.newBuilder()
            .setRequestPut(PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease))
            .build();
    RequestOp get =
        RequestOp.newBuilder().setRequestRange(RangeRequest.newBuilder().setKey(key)).build();
    RequestOp first = RequestOp.newBuilder().setRequestRange(firstCreated()).build();
    TxnResponse done =
        txn(
            TxnRequest.newBuilder()
                .addCompare(createdAt(key, 0))
                .addSuccess(put)
                .addSuccess(first)
                .addFailure(get)
                .addFailure(first)
                .build());
    Optional<KeyValue> existing =
        done.getSucceeded()
            ? Optional.empty()
            : Optional.of(done.getResponses(0).getResponseRange().getKvs(0));
    long revision =
        existing.isPresent() ? existing.get().getCreateRevision() : done.getHeader().getRevision();
    RangeResponse owner = done.getResponses(1).getResponseRange();
    boolean isFirst = owner.getKvsCount() == 0 || owner.getKvs(0).getCreateRevision() == revision;
    return new Place(key, revision, existing, isFirst, done.getHeader());
  }

  /** Waits until all who came before are gone. */
  void awaitTurn(Place place) {
    RangeRequest before =
        belowName()
            .setSortTarget(RangeRequest.SortTarget.CREATE)
            .setSortOrder(RangeRequest.SortOrder.DESCEND)
            .setMaxCreateRevision(place.createRevision() - 1)
            .setLimit(1)
            .build();
    while (true) {
      RangeResponse last = range(before);
      if (last.getKvsCount() == 0) {
        return;
      }
      awaitDeletion(last.getKvs(0).getKey(), last.getHeader().getRevision());
    }
  }

  private void awaitDeletion(ByteString key, long fromRevision) {
    try (KeyWatch watch = KeyWatch.ofKey(channel, key, fromRevision)) {
      while (true) {
        WatchResponse response = watch.next();
        for (Event event : response.getEventsList()) {
          if (event.getType() == Event.EventType.DELETE) {
            return;
          }
        }
      }
    }
  }

  /** Puts {@code value} if the key is still the one created at {@code revision}. */
  TxnResponse putIfCreatedAt(ByteString key, long revision, long lease, ByteString value) {
    return txn(
        TxnRequest.newBuilder()
            .addCompare(createdAt(key, revision))
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestPut(
                        PutRequest.newBuilder().setKey(key).setValue(value).setLease(lease)))
            .build());
  }

  /** Leaves if the key is still the one created at {@code revision}. */
  TxnResponse leaveIfCreatedAt(ByteString key, long revision) {
    TxnRequest request =
        TxnRequest.newBuilder()
            .addCompare(createdAt(key, revision))
            .addSuccess(
                RequestOp.newBuilder()
                    .setRequestDeleteRange(DeleteRangeRequest.newBuilder().setKey(key)))
            .build();
    return uninterrupted(() -> txn(request));
  }

  void leave(ByteString key) {
    byte[] request = DeleteRangeRequest.newBuilder().setKey(key).build().toByteArray();
    var _ = uninterrupted(() -> channel.unary(DELETE, request, CallOptions.DEFAULT));
  }

  /** Who is told to stop has to leave first: the thread's interruption waits meanwhile. */
  private static <T> T uninterrupted(Supplier<T> leaving) {
    boolean interrupted = Thread.interrupted();
    try {
      return leaving.get();
    } finally {
      if (interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  RangeResponse get(ByteString key) {
    return range(RangeRequest.newBuilder().setKey(key).build());
  }

  /** The one who has it, if anybody does. */
  RangeResponse first() {
    return range(firstCreated());
  }

  /** All that happens below the name from a revision on. */
  KeyWatch watchAll(long fromRevision) {
    return KeyWatch.ofRange(channel, prefix, Kv.endOfPrefix(prefix), fromRevision);
  }

  KeyWatch watch(ByteString key, long fromRevision) {
    return KeyWatch.ofKey(channel, key, fromRevision);
  }

  private RangeRequest firstCreated() {
    return belowName()
        .setSortTarget(RangeRequest.SortTarget.CREATE)
        .setSortOrder(RangeRequest.SortOrder.ASCEND)
        .setLimit(1)
        .build();
  }

  private RangeRequest.Builder belowName() {
    return RangeRequest.newBuilder().setKey(prefix).setRangeEnd(Kv.endOfPrefix(prefix));
  }

  private static Compare createdAt(ByteString key, long revision) {
    return Compare.newBuilder()
        .setTarget(Compare.CompareTarget.CREATE)
        .setResult(Compare.CompareResult.EQUAL)
        .setKey(key)
        .setCreateRevision(revision)
        .build();
  }

  private TxnResponse txn(TxnRequest request) {
    return call(TXN, request, TxnResponse.parser());
  }

  private RangeResponse range(RangeRequest request) {
    return call(RANGE, request, RangeResponse.parser());
  }

  private <T> T call(String method, MessageLite request, Parser<T> parser) {
    return parse(channel.unary(method, request.toByteArray(), CallOptions.DEFAULT), parser);
  }

  static <T> T parse(byte[] bytes, Parser<T> parser) {
    return Decoded.of(bytes, parser, StatusException::new);
  }
}
