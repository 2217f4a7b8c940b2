package io.quorate.client;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.AlarmRequest;
import io.quorate.api.etcdserverpb.AlarmResponse;
import io.quorate.api.etcdserverpb.DefragmentRequest;
import io.quorate.api.etcdserverpb.DefragmentResponse;
import io.quorate.api.etcdserverpb.DowngradeRequest;
import io.quorate.api.etcdserverpb.DowngradeResponse;
import io.quorate.api.etcdserverpb.HashKVRequest;
import io.quorate.api.etcdserverpb.HashKVResponse;
import io.quorate.api.etcdserverpb.HashRequest;
import io.quorate.api.etcdserverpb.HashResponse;
import io.quorate.api.etcdserverpb.MoveLeaderRequest;
import io.quorate.api.etcdserverpb.MoveLeaderResponse;
import io.quorate.api.etcdserverpb.StatusRequest;
import io.quorate.api.etcdserverpb.StatusResponse;
import io.quorate.rpc.StatusException;
import java.nio.file.Path;
import java.util.function.Consumer;

/** What an operator asks. Calls that name an endpoint go there on a connection of their own. */
public final class Maintenance {
  private final Messages calls;

  Maintenance(Messages calls) {
    this.calls = calls;
  }

  public StatusResponse status(String endpoint) {
    return calls.unaryAt(
        endpoint,
        "/etcdserverpb.Maintenance/Status",
        StatusRequest.getDefaultInstance(),
        StatusResponse.parser());
  }

  public DefragmentResponse defragment(String endpoint) {
    return calls.unaryAt(
        endpoint,
        "/etcdserverpb.Maintenance/Defragment",
        DefragmentRequest.getDefaultInstance(),
        DefragmentResponse.parser());
  }

  /**
   * @param revision 0 for the newest
   */
  public HashKVResponse hashKv(String endpoint, long revision) {
    return calls.unaryAt(
        endpoint,
        "/etcdserverpb.Maintenance/HashKV",
        HashKVRequest.newBuilder().setRevision(revision).build(),
        HashKVResponse.parser());
  }

  public AlarmResponse alarm(AlarmRequest request) {
    return calls.unary("/etcdserverpb.Maintenance/Alarm", request, AlarmResponse.parser());
  }

  /** Lets a member begin or end a downgrade of the whole cluster, or says whether it could. */
  public DowngradeResponse downgrade(DowngradeRequest request) {
    return calls.unary("/etcdserverpb.Maintenance/Downgrade", request, DowngradeResponse.parser());
  }

  /** The hash of a member's whole database file's content: for tests of the server only. */
  public HashResponse hash(String endpoint) {
    return calls.unaryAt(
        endpoint,
        "/etcdserverpb.Maintenance/Hash",
        HashRequest.getDefaultInstance(),
        HashResponse.parser());
  }

  /** Hands leadership to a member; only the leader's own endpoint can. */
  public MoveLeaderResponse moveLeader(String leaderEndpoint, long targetId) {
    return calls.unaryAt(
        leaderEndpoint,
        "/etcdserverpb.Maintenance/MoveLeader",
        MoveLeaderRequest.newBuilder().setTargetID(targetId).build(),
        MoveLeaderResponse.parser());
  }

  /**
   * Hands over the database of a member, piece by piece, in this thread; its SHA-256 is the last 32
   * bytes. Tried again until the first piece has come.
   *
   * @throws EtcdException if it breaks off
   */
  public void snapshot(Consumer<ByteString> sink) {
    try (SnapshotStream stream = SnapshotStream.open(calls.channel(), calls.callOptions())) {
      while (stream.next()) {
        sink.accept(ByteString.copyFrom(stream.blob()));
      }
    } catch (StatusException e) {
      throw new EtcdException(e.status());
    }
  }

  /**
   * Saves the database of a member in {@code file}, as {@code etcdctl snapshot save} does, and
   * checks its SHA-256.
   *
   * @throws SnapshotFile.NotSaved if the file cannot be written or what came is damaged
   * @throws EtcdException if the member fails; nothing is left behind
   */
  public SnapshotFile.Saved saveSnapshot(Path file) {
    try {
      return new SnapshotFile(calls.channel(), calls.callOptions())
          .verifying()
          .save(file, SnapshotFile.Progress.NONE);
    } catch (StatusException e) {
      throw new EtcdException(e.status());
    }
  }
}
