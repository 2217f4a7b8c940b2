package io.quorate.node.loop;

import io.quorate.raft.message.Entry;
import io.quorate.raft.message.Message;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;

/**
 * What was proposed while nobody led, in its order. This member's own proposals leave when they are
 * answered or given up, so that their deadline bounds them; those that others forwarded to us
 * nobody gives up, and they have a limit. Raft loop.
 */
final class LeaderlessProposals {
  /** Messages of others that may wait. */
  static final int FORWARDED_LIMIT = 4096;

  /** Payload in them; the one that goes beyond it is the last. */
  static final long FORWARDED_LIMIT_BYTES = 64L << 20;

  private final ArrayDeque<RaftLoop.Input> waiting = new ArrayDeque<>();
  private int forwarded;
  private long forwardedBytes;

  /** Keeps {@code proposal}, unless it is another's and too much of those is here. */
  void add(RaftLoop.Input proposal) {
    if (proposal instanceof RaftLoop.Received received) {
      if (forwarded >= FORWARDED_LIMIT || forwardedBytes >= FORWARDED_LIMIT_BYTES) {
        return;
      }
      forwarded++;
      forwardedBytes += payloadBytes(received.message());
    }
    waiting.add(proposal);
  }

  private static long payloadBytes(Message message) {
    return message instanceof Message.Propose propose
        ? propose.entries().stream().mapToLong(Entry::payloadBytes).sum()
        : 0;
  }

  int size() {
    return waiting.size();
  }

  /** Forgets what nobody waits for any more. */
  void dropDone() {
    if (!waiting.isEmpty()) {
      waiting.removeIf(LeaderlessProposals::isDone);
    }
  }

  private static boolean isDone(RaftLoop.Input proposal) {
    return switch (proposal) {
      case RaftLoop.Propose own -> own.pending().future().isDone();
      case RaftLoop.Reconfigure own -> own.pending().future().isDone();
      default -> false;
    };
  }

  /** All that wait; from now on they do not. */
  List<RaftLoop.Input> takeAll() {
    List<RaftLoop.Input> all = new ArrayList<>(waiting);
    waiting.clear();
    forwarded = 0;
    forwardedBytes = 0;
    return all;
  }
}
