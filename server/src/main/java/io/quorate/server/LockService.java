package io.quorate.server;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.DeleteRangeRequest;
import io.quorate.api.etcdserverpb.DeleteRangeResponse;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.v3lockpb.LockResponse;
import io.quorate.api.v3lockpb.UnlockResponse;
import io.quorate.client.Decoded;
import io.quorate.client.recipes.Mutex;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Channel;
import io.quorate.rpc.Method;
import io.quorate.rpc.ServerCall;
import io.quorate.rpc.ServiceTable;
import io.quorate.rpc.StatusException;
import io.quorate.statemachine.request.ProtoReader;

/** v3lockpb.Lock (spec/api.md 13). */
final class LockService {
  private static final String SERVICE = "/v3lockpb.Lock/";

  private final Channel own;

  /**
   * @param own this member's services, below the checks that every call passes
   */
  LockService(Channel own) {
    this.own = own;
  }

  void addTo(ServiceTable table) {
    table.add(SERVICE + "Lock", Method.Kind.UNARY, Waiting.of(own, this::lock));
    table.add(SERVICE + "Unlock", Method.Kind.UNARY, Waiting.of(own, this::unlock));
  }

  private void lock(byte[] bytes, CallerChannel services, ServerCall call) {
    var in = new ProtoReader("LockRequest", bytes);
    ByteString name = ByteString.EMPTY;
    long lease = 0;
    for (int field; (field = in.next()) != 0; ) {
      switch (field) {
        case 1 -> name = ByteString.copyFrom(in.bytes("Name"));
        case 2 -> lease = in.number("Lease");
        default -> in.skip();
      }
    }
    Mutex mutex = new Mutex(services, name, ShortLease.orNew(services, lease));
    ResponseHeader header = mutex.lock();
    if (call.isEnded()) {
      mutex.unlock(); // nobody is there any more to have it
      return;
    }
    Unary.reply(
        call,
        LockResponse.newBuilder().setHeader(header).setKey(mutex.key()).build().toByteArray());
  }

  private void unlock(byte[] bytes, CallerChannel services, ServerCall call) {
    var in = new ProtoReader("UnlockRequest", bytes);
    ByteString key = ByteString.EMPTY;
    for (int field; (field = in.next()) != 0; ) {
      if (field == 1) {
        key = ByteString.copyFrom(in.bytes("Key"));
      } else {
        in.skip();
      }
    }
    byte[] deleted =
        services.unary(
            "/etcdserverpb.KV/DeleteRange",
            DeleteRangeRequest.newBuilder().setKey(key).build().toByteArray(),
            CallOptions.DEFAULT);
    ResponseHeader header =
        Decoded.of(deleted, DeleteRangeResponse.parser(), StatusException::new).getHeader();
    Unary.reply(call, UnlockResponse.newBuilder().setHeader(header).build().toByteArray());
  }
}
