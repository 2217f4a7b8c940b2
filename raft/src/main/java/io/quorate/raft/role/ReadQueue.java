package io.quorate.raft.role;

import io.quorate.raft.message.Message;
import io.quorate.raft.quorum.Ballots.Ballot;
import io.quorate.raft.quorum.IdSet;
import io.quorate.raft.quorum.JointQuorum;
import io.quorate.raft.quorum.VoteResult;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Reads that wait until a quorum has confirmed that this leader still leads (thesis §6.4). A
 * heartbeat carries the context of the newest; who answers it, answers for all before.
 */
final class ReadQueue {
  /** In order of arrival. */
  private final Map<ByteBuffer, Pending> pending = new LinkedHashMap<>();

  private @Nullable ByteBuffer newest;

  /** A read, and the commit index of when it came. */
  record Confirmed(Message.ReadIndex request, long index) {}

  private static final class Pending {
    private final Confirmed read;
    private IdSet acknowledged;

    Pending(Confirmed read, long self) {
      this.read = read;
      this.acknowledged = IdSet.of(self);
    }
  }

  /** A request whose context is pending already is the same request. */
  void add(Message.ReadIndex request, byte[] context, long committed, long self) {
    ByteBuffer key = ByteBuffer.wrap(context);
    if (!pending.containsKey(key)) {
      pending.put(key, new Pending(new Confirmed(request, committed), self));
      newest = key;
    }
  }

  /** The context that heartbeats carry; null when nothing waits. */
  byte @Nullable [] newestContext() {
    return pending.isEmpty() ? null : Objects.requireNonNull(newest).array();
  }

  /** A node has answered a heartbeat. Returns the reads that this confirms, in order. */
  List<Confirmed> acknowledge(long from, byte[] context, JointQuorum quorum) {
    ByteBuffer key = ByteBuffer.wrap(context);
    Pending asked = pending.get(key);
    if (asked == null) {
      return List.of();
    }
    asked.acknowledged = asked.acknowledged.with(from);
    IdSet acknowledged = asked.acknowledged;
    if (quorum.vote(id -> acknowledged.contains(id) ? Ballot.YES : Ballot.MISSING)
        != VoteResult.WON) {
      return List.of();
    }
    List<Confirmed> confirmed = new ArrayList<>();
    Iterator<Pending> oldestFirst = pending.values().iterator();
    while (oldestFirst.hasNext()) {
      Pending next = oldestFirst.next();
      confirmed.add(next.read);
      oldestFirst.remove();
      if (next == asked) {
        break;
      }
    }
    return confirmed;
  }
}
