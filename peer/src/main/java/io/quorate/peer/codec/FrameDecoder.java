package io.quorate.peer.codec;

import io.quorate.raft.message.Message;
import java.util.function.Consumer;

/** Turns the bytes of one stream into messages. One connection each, one thread at a time. */
public interface FrameDecoder {
  /**
   * Takes the next bytes and hands on every message that is complete. Link heartbeats, which only
   * show that the other end lives, are dropped here.
   *
   * @throws StreamException if this is no such stream
   */
  void feed(byte[] piece, Consumer<Message> messages);
}
