package io.quorate.peer;

import io.quorate.peer.codec.AppendFrames;
import io.quorate.peer.codec.FrameDecoder;
import io.quorate.peer.codec.FrameEncoder;
import io.quorate.peer.codec.MessageFrames;
import java.util.Optional;

/** The two streams that each member opens to each other one. */
public enum StreamKind {
  MESSAGES("message", "stream Message") {
    @Override
    FrameEncoder encoder() {
      return MessageFrames.encoder();
    }

    @Override
    FrameDecoder decoder(long from, long to) {
      return MessageFrames.decoder();
    }
  },
  APPENDS("msgapp", "stream MsgApp v2") {
    @Override
    FrameEncoder encoder() {
      return AppendFrames.encoder();
    }

    @Override
    FrameDecoder decoder(long from, long to) {
      return AppendFrames.decoder(from, to);
    }
  };

  static final String PATH = "/raft/stream/";

  private final String segment;
  private final String text;

  StreamKind(String segment, String text) {
    this.segment = segment;
    this.text = text;
  }

  abstract FrameEncoder encoder();

  abstract FrameDecoder decoder(long from, long to);

  /** Its name in the path. */
  public String segment() {
    return segment;
  }

  /** The kind that {@code segment} names. */
  public static Optional<StreamKind> of(String segment) {
    for (StreamKind kind : values()) {
      if (kind.segment.equals(segment)) {
        return Optional.of(kind);
      }
    }
    return Optional.empty();
  }

  /** As logs have it. */
  @Override
  public String toString() {
    return text;
  }
}
