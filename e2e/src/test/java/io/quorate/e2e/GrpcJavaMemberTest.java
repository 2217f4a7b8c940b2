package io.quorate.e2e;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.google.protobuf.ByteString;
import io.grpc.CallOptions;
import io.grpc.ClientCall;
import io.grpc.Metadata;
import io.grpc.MethodDescriptor.MethodType;
import io.grpc.Status;
import io.grpc.StatusRuntimeException;
import io.grpc.stub.ClientCalls;
import io.quorate.api.etcdserverpb.LeaseGrantRequest;
import io.quorate.api.etcdserverpb.LeaseKeepAliveRequest;
import io.quorate.api.etcdserverpb.LeaseKeepAliveResponse;
import io.quorate.api.etcdserverpb.PutRequest;
import io.quorate.api.etcdserverpb.PutResponse;
import io.quorate.api.etcdserverpb.RangeRequest;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.SnapshotRequest;
import io.quorate.api.etcdserverpb.SnapshotResponse;
import io.quorate.api.etcdserverpb.WatchCreateRequest;
import io.quorate.api.etcdserverpb.WatchRequest;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.edge.JavaClient;
import java.nio.file.Path;
import java.util.Iterator;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** grpc-java against a whole member: unary calls, refusals, and each kind of stream. */
class GrpcJavaMemberTest {
  private static final int LARGE_BYTES = 1_000_000;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS, factory = Scratch.class)
  Path scratch;

  @ParameterizedTest
  @EnumSource
  void everyKindOfCall(Kind kind) throws Exception {
    try (Member member = Member.in(scratch.resolve(kind.toString())).start(kind);
        JavaClient client = JavaClient.plain(member.clientPort())) {
      unaryCalls(client);
      refusals(client);
      watchStream(client);
      keepAliveStream(client);
      snapshotStream(client);
    }
  }

  private static byte[] ask(JavaClient client, String method, byte[] request, CallOptions options) {
    return ClientCalls.blockingUnaryCall(
        client.channel,
        JavaClient.method(MethodType.UNARY, "etcdserverpb." + method),
        options.withDeadlineAfter(60, TimeUnit.SECONDS),
        request);
  }

  private static ByteString bytes(String text) {
    return ByteString.copyFromUtf8(text);
  }

  private static void unaryCalls(JavaClient client) throws Exception {
    for (CallOptions options :
        new CallOptions[] {CallOptions.DEFAULT, CallOptions.DEFAULT.withCompression("gzip")}) {
      byte[] put =
          PutRequest.newBuilder()
              .setKey(bytes("k"))
              .setValue(ByteString.copyFrom(new byte[LARGE_BYTES]))
              .build()
              .toByteArray();
      long revision =
          PutResponse.parseFrom(ask(client, "KV/Put", put, options)).getHeader().getRevision();
      byte[] range = RangeRequest.newBuilder().setKey(bytes("k")).build().toByteArray();
      var found = RangeResponse.parseFrom(ask(client, "KV/Range", range, options));
      assertThat(found.getKvs(0).getModRevision()).isEqualTo(revision);
      assertThat(found.getKvs(0).getValue().size()).isEqualTo(LARGE_BYTES);
    }
  }

  private static void refusals(JavaClient client) {
    refused(client, "KV/Put", new byte[0], Status.Code.INVALID_ARGUMENT, "key is not provided");
    refused(
        client,
        "KV/Range",
        RangeRequest.newBuilder().setKey(bytes("k")).setRevision(99).build().toByteArray(),
        Status.Code.OUT_OF_RANGE,
        "required revision is a future revision");
    refused(client, "KV/Nothing", new byte[0], Status.Code.UNIMPLEMENTED, "unknown method Nothing");
    refused(client, "No/Range", new byte[0], Status.Code.UNIMPLEMENTED, "unknown service");
    refused(
        client,
        "KV/Put",
        new byte[] {0x0a, 5},
        Status.Code.INTERNAL,
        "error unmarshalling request");
  }

  private static void refused(
      JavaClient client, String method, byte[] request, Status.Code code, String text) {
    StatusRuntimeException refusal =
        catchThrowableOfType(
            StatusRuntimeException.class, () -> ask(client, method, request, CallOptions.DEFAULT));
    assertThat(refusal.getStatus().getCode()).isEqualTo(code);
    assertThat(refusal.getStatus().getDescription()).contains(text);
  }

  /** A call that keeps what comes. */
  private static final class Stream extends ClientCall.Listener<byte[]> {
    final BlockingQueue<byte[]> messages = new LinkedBlockingQueue<>();
    final BlockingQueue<Status> end = new LinkedBlockingQueue<>();
    final ClientCall<byte[], byte[]> call;

    Stream(JavaClient client, String method) {
      call =
          client.channel.newCall(
              JavaClient.method(MethodType.BIDI_STREAMING, "etcdserverpb." + method),
              CallOptions.DEFAULT);
      call.start(this, new Metadata());
      call.request(Integer.MAX_VALUE);
    }

    @Override
    public void onMessage(byte[] message) {
      messages.add(message);
    }

    @Override
    public void onClose(Status status, Metadata trailers) {
      end.add(status);
    }

    byte[] next() throws InterruptedException {
      byte[] message = messages.poll(60, TimeUnit.SECONDS);
      assertThat(message).as("a message; the end: " + end).isNotNull();
      return message;
    }

    Status.Code ending() throws InterruptedException {
      Status status = end.poll(60, TimeUnit.SECONDS);
      assertThat(status).as("the end of a stream").isNotNull();
      return status.getCode();
    }
  }

  private static void watchStream(JavaClient client) throws Exception {
    var stream = new Stream(client, "Watch/Watch");
    stream.call.sendMessage(
        WatchRequest.newBuilder()
            .setCreateRequest(WatchCreateRequest.newBuilder().setKey(bytes("w")))
            .build()
            .toByteArray());
    assertThat(WatchResponse.parseFrom(stream.next()).getCreated()).isTrue();
    for (int i = 0; i < 3; i++) {
      byte[] put =
          PutRequest.newBuilder().setKey(bytes("w")).setValue(bytes("v" + i)).build().toByteArray();
      ask(client, "KV/Put", put, CallOptions.DEFAULT);
      var response = WatchResponse.parseFrom(stream.next());
      assertThat(response.getEvents(0).getKv().getValue()).isEqualTo(bytes("v" + i));
    }
    stream.call.cancel("enough", null);
    assertThat(stream.ending()).isEqualTo(Status.Code.CANCELLED);
  }

  private static void keepAliveStream(JavaClient client) throws Exception {
    byte[] grant = LeaseGrantRequest.newBuilder().setID(5).setTTL(100).build().toByteArray();
    ask(client, "Lease/LeaseGrant", grant, CallOptions.DEFAULT);
    var stream = new Stream(client, "Lease/LeaseKeepAlive");
    for (long id : new long[] {5, 6}) {
      stream.call.sendMessage(LeaseKeepAliveRequest.newBuilder().setID(id).build().toByteArray());
      var response = LeaseKeepAliveResponse.parseFrom(stream.next());
      assertThat(response.getID()).isEqualTo(id);
      assertThat(response.getTTL()).isEqualTo(id == 5 ? 100 : 0);
    }
    stream.call.halfClose();
    assertThat(stream.ending()).isEqualTo(Status.Code.OK);
  }

  private static void snapshotStream(JavaClient client) throws Exception {
    Iterator<byte[]> pieces =
        ClientCalls.blockingServerStreamingCall(
            client.channel,
            JavaClient.method(MethodType.SERVER_STREAMING, "etcdserverpb.Maintenance/Snapshot"),
            CallOptions.DEFAULT.withDeadlineAfter(60, TimeUnit.SECONDS),
            SnapshotRequest.getDefaultInstance().toByteArray());
    long total = 0;
    long remaining = -1;
    while (pieces.hasNext()) {
      var piece = SnapshotResponse.parseFrom(pieces.next());
      total += piece.getBlob().size();
      remaining = piece.getRemainingBytes();
    }
    assertThat(remaining).isZero();
    assertThat(total % 512).as("a checksum follows the pages").isEqualTo(32);
  }
}
