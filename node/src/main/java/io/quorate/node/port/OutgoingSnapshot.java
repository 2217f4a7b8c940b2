package io.quorate.node.port;

import io.quorate.raft.message.Message;
import java.nio.ByteBuffer;

/** A snapshot for another member: raft's message and the whole database. One thread, once. */
public interface OutgoingSnapshot extends AutoCloseable {
  Message.InstallSnapshot message();

  /** How long the database is. */
  long databaseBytes();

  /** Fills {@code into} with the next bytes of the database; false at its end. Blocks on disk. */
  boolean read(ByteBuffer into);

  /** The receiver has not yet taken what was read; told about every second. */
  void waits();

  @Override
  void close();
}
