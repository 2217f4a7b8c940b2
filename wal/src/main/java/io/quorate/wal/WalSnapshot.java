package io.quorate.wal;

import io.quorate.raft.codec.ConfStateCodec;
import io.quorate.raft.message.ConfState;
import io.quorate.raft.message.Snapshot;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The mark in the log that a snapshot exists (walpb.Snapshot: {@code 1 index, 2 term, 3
 * conf_state?}).
 *
 * @param confState absent only at index 0 and in logs of etcd before 3.5
 */
public record WalSnapshot(long index, long term, Optional<ConfState> confState) {
  /** The start of every log. */
  public static final WalSnapshot START = new WalSnapshot(0, 0, Optional.empty());

  /** The mark of {@code snapshot}. */
  public static WalSnapshot of(Snapshot snapshot) {
    return new WalSnapshot(snapshot.index(), snapshot.term(), Optional.of(snapshot.confState()));
  }

  /** Whether this marks {@code snapshot}. */
  public boolean marks(Snapshot snapshot) {
    return index == snapshot.index() && term == snapshot.term();
  }

  byte[] encode() {
    byte[] configuration = confState.map(ConfStateCodec::encode).orElse(null);
    int size = 2 + Protobuf.size(index) + Protobuf.size(term);
    if (configuration != null) {
      size += 1 + Protobuf.size(configuration.length) + configuration.length;
    }
    byte[] bytes = new byte[size];
    int at = Protobuf.putField(bytes, 0, 1, index);
    at = Protobuf.putField(bytes, at, 2, term);
    if (configuration != null) {
      at = Protobuf.putLength(bytes, at, 3, configuration.length);
      System.arraycopy(configuration, 0, bytes, at, configuration.length);
    }
    return bytes;
  }

  static WalSnapshot decode(byte[] bytes, int offset, int length) {
    long index = 0;
    long term = 0;
    Optional<ConfState> confState = Optional.empty();
    Protobuf.Reader reader = new Protobuf.Reader("Snapshot", bytes, offset, length);
    while (reader.next()) {
      switch (reader.field()) {
        case 1 -> index = reader.varint("Index");
        case 2 -> term = reader.varint("Term");
        case 3 -> {
          int start = reader.bytes("ConfState");
          confState =
              Optional.of(
                  ConfStateCodec.decode(ByteBuffer.wrap(bytes, start, reader.position() - start)));
        }
        default -> reader.skip();
      }
    }
    return new WalSnapshot(index, term, confState);
  }

  /** As the original prints it. */
  @Override
  public String toString() {
    return "index:" + Long.toUnsignedString(index) + " term:" + Long.toUnsignedString(term);
  }
}
