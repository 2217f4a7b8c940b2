package io.quorate.client;

import io.quorate.client.wire.ProtoReader;
import io.quorate.rpc.CallOptions;
import io.quorate.rpc.Code;
import io.quorate.rpc.Status;
import io.quorate.rpc.StatusException;
import java.util.Optional;

/**
 * The database of one member on its way here, piece by piece, taken by one thread. What is not
 * taken holds the member back, not our memory.
 */
public final class SnapshotStream implements AutoCloseable {
  private static final String METHOD = "/etcdserverpb.Maintenance/Snapshot";
  private static final int REMAINING_BYTES = 2;
  private static final int BLOB = 3;
  private static final int VERSION = 4;

  private final ClusterChannel channel;
  private final CallOptions options;
  private Pieces pieces;
  private boolean begun;
  private boolean reached;
  private byte[] blob = {};
  private long remainingBytes;
  private String version = "";

  private SnapshotStream(ClusterChannel channel, CallOptions options) {
    this.channel = channel;
    this.options = options;
    this.pieces = Pieces.of(channel, METHOD, options);
  }

  /**
   * Asks for it. With credentials it waits for a token first.
   *
   * @throws StatusException if that authentication fails
   */
  public static SnapshotStream open(ClusterChannel channel, CallOptions options) {
    return new SnapshotStream(channel, options);
  }

  /**
   * Waits for the next piece; false at the end. Until the first has come, an unavailable member is
   * asked again, without limit (spec/ctl.md 9.3).
   *
   * @throws StatusException if it breaks off
   */
  public boolean next() {
    while (true) {
      Optional<byte[]> piece = pieces.next();
      if (piece.isPresent()) {
        begun = true;
        reached = true;
        take(new ProtoReader(piece.get()));
        return true;
      }
      Status end = pieces.end();
      if (end.isOk()) {
        return false;
      }
      if (begun || end.code() != Code.UNAVAILABLE) {
        throw failure(end);
      }
      reached = true;
      pieces = Pieces.of(channel, METHOD, options);
    }
  }

  private StatusException failure(Status end) {
    if (!reached && end.equals(Status.DEADLINE_EXCEEDED)) {
      Optional<StatusException> inVain = channel.waitedInVain(end);
      if (inVain.isPresent()) {
        return inVain.get();
      }
    }
    reached |= !end.equals(Status.CANCELLED);
    return new StatusException(end);
  }

  private void take(ProtoReader fields) {
    blob = new byte[0];
    remainingBytes = 0;
    while (fields.next()) {
      switch (fields.number()) {
        case REMAINING_BYTES -> remainingBytes = fields.value();
        case BLOB -> blob = fields.bytes();
        case VERSION -> version = fields.text();
        default -> {}
      }
    }
  }

  /** The piece that {@link #next} found. */
  public byte[] blob() {
    return blob;
  }

  /** What was still to come behind it, the hash not counted. */
  public long remainingBytes() {
    return remainingBytes;
  }

  /** The member's storage version, {@code 3.6.0}; empty from members before 3.6. */
  public String version() {
    return version;
  }

  /** Whether a piece has come. */
  public boolean hasBegun() {
    return begun;
  }

  /** Whether a member was asked, even if it has not answered. */
  boolean hasReached() {
    return reached;
  }

  /** Gives up what has not come yet. */
  @Override
  public void close() {
    pieces.cancel();
  }
}
