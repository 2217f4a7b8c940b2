package io.quorate.client;

import com.google.protobuf.ByteString;
import com.google.protobuf.MessageLite;
import com.google.protobuf.Parser;
import io.quorate.api.etcdserverpb.AlarmRequest;
import io.quorate.api.etcdserverpb.AlarmResponse;
import io.quorate.api.etcdserverpb.DefragmentRequest;
import io.quorate.api.etcdserverpb.DefragmentResponse;
import io.quorate.api.etcdserverpb.HashKVRequest;
import io.quorate.api.etcdserverpb.HashKVResponse;
import io.quorate.api.etcdserverpb.MoveLeaderRequest;
import io.quorate.api.etcdserverpb.MoveLeaderResponse;
import io.quorate.api.etcdserverpb.SnapshotRequest;
import io.quorate.api.etcdserverpb.SnapshotResponse;
import io.quorate.api.etcdserverpb.StatusRequest;
import io.quorate.api.etcdserverpb.StatusResponse;
import io.quorate.rpc.Channel;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import java.util.Optional;
import java.util.function.Consumer;

/** What an operator asks. Calls that name an endpoint go there on a connection of their own. */
public final class Maintenance {
  private final Calls calls;
  private final Client.Dialer dialer;

  Maintenance(Calls calls, Client.Dialer dialer) {
    this.calls = calls;
    this.dialer = dialer;
  }

  private <T> T at(
      String endpoint, String method, MessageLite request, Parser<T> parser, Calls.Kind kind) {
    try (Channel channel = dialer.dial(endpoint)) {
      return calls.on(channel).unary(method, request, parser, kind);
    }
  }

  public StatusResponse status(String endpoint) {
    return at(
        endpoint,
        "/etcdserverpb.Maintenance/Status",
        StatusRequest.getDefaultInstance(),
        StatusResponse.parser(),
        Calls.Kind.REPEATABLE);
  }

  public DefragmentResponse defragment(String endpoint) {
    return at(
        endpoint,
        "/etcdserverpb.Maintenance/Defragment",
        DefragmentRequest.getDefaultInstance(),
        DefragmentResponse.parser(),
        Calls.Kind.ONCE);
  }

  /**
   * @param revision 0 for the newest
   */
  public HashKVResponse hashKv(String endpoint, long revision) {
    return at(
        endpoint,
        "/etcdserverpb.Maintenance/HashKV",
        HashKVRequest.newBuilder().setRevision(revision).build(),
        HashKVResponse.parser(),
        Calls.Kind.REPEATABLE);
  }

  public AlarmResponse alarm(AlarmRequest request) {
    return calls.unary(
        "/etcdserverpb.Maintenance/Alarm", request, AlarmResponse.parser(), Calls.Kind.REPEATABLE);
  }

  public MoveLeaderResponse moveLeader(String leaderEndpoint, long targetId) {
    return at(
        leaderEndpoint,
        "/etcdserverpb.Maintenance/MoveLeader",
        MoveLeaderRequest.newBuilder().setTargetID(targetId).build(),
        MoveLeaderResponse.parser(),
        Calls.Kind.REPEATABLE);
  }

  /**
   * Hands over the database of a member, piece by piece, in this thread. Tried again until the
   * first piece has come.
   */
  public void snapshot(Consumer<ByteString> sink) {
    while (true) {
      Pieces pieces = new Pieces();
      pieces.open(
          calls,
          "/etcdserverpb.Maintenance/Snapshot",
          SnapshotRequest.getDefaultInstance().toByteArray());
      boolean any = false;
      while (true) {
        Optional<byte[]> piece = pieces.next();
        if (piece.isEmpty()) {
          break;
        }
        any = true;
        boolean taken = false;
        try {
          sink.accept(Calls.parse(piece.get(), SnapshotResponse.parser()).getBlob());
          taken = true;
        } finally {
          if (!taken) {
            pieces.cancel();
          }
        }
      }
      Status end = pieces.end();
      if (end.isOk()) {
        return;
      }
      if (any || end.code() != Code.UNAVAILABLE) {
        throw new EtcdException(end);
      }
    }
  }
}
