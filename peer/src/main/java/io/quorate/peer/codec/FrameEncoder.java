package io.quorate.peer.codec;

import io.quorate.raft.message.Message;
import java.io.ByteArrayOutputStream;

/** Turns messages into the bytes of one stream. One connection each, one thread at a time. */
public interface FrameEncoder {
  void write(Message message, ByteArrayOutputStream out);

  /** What shows, every so often, that this end lives. */
  void writeLinkHeartbeat(ByteArrayOutputStream out);
}
