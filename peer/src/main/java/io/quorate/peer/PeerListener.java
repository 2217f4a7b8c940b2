package io.quorate.peer;

import java.util.Optional;

/** What is counted of the network (spec/peer.md 14). Any thread; must not block. */
public interface PeerListener {
  PeerListener NONE = new PeerListener() {};

  default void sent(long to, long bytes) {}

  /**
   * @param from 0 for what names nobody, such as link heartbeats
   */
  default void received(long from, long bytes) {}

  default void sendFailed(long to) {}

  /**
   * @param from a member, or the address of one that cannot be told
   */
  default void receiveFailed(String from) {}

  default void known(long member, boolean known) {}

  default void active(long member, boolean active) {}

  default void roundTrip(long to, double seconds) {}

  default void snapshotSending(long to) {}

  default void snapshotSent(long to, boolean arrived, double seconds) {}

  default void snapshotReceiving(long from) {}

  /**
   * @param taken whether it is on the disk and raft has it
   */
  default void snapshotReceived(long from, boolean taken, double seconds) {}

  /**
   * What should be a snapshot was refused before its database came.
   *
   * @param from a member, 0 for a message that cannot be read, or nobody that we look at
   */
  default void snapshotRefused(Optional<Long> from) {}

  /**
   * A received database is on the disk.
   *
   * @param syncSeconds how much of {@code seconds} the last flush took
   */
  default void databaseSaved(double seconds, double syncSeconds) {}
}
