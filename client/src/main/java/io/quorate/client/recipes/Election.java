package io.quorate.client.recipes;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.RangeResponse;
import io.quorate.api.etcdserverpb.ResponseHeader;
import io.quorate.api.etcdserverpb.TxnResponse;
import io.quorate.api.etcdserverpb.WatchResponse;
import io.quorate.api.mvccpb.Event;
import io.quorate.api.mvccpb.KeyValue;
import io.quorate.rpc.Channel;
import io.quorate.rpc.Code;
import io.quorate.rpc.StatusException;

/** Who of several speaks for a name, and what he says. */
public final class Election {
  private final Contenders contenders;

  public Election(Channel channel, ByteString name) {
    this.contenders = new Contenders(channel, name);
  }

  /**
   * A won election.
   *
   * @param revision at which the key was created; with the key it proves leadership
   * @param header of the transaction with which the candidate entered
   */
  public record Leadership(ByteString key, long revision, long lease, ResponseHeader header) {}

  /** Is told of leaders and of what they say. */
  public interface Observer {
    /**
     * @param isRead whether it was read, and not heard from a watch
     */
    void leader(ResponseHeader header, KeyValue keyValue, boolean isRead);
  }

  /** The key of whoever is a candidate with this lease. */
  public ByteString keyOf(long lease) {
    return contenders.keyOf(lease);
  }

  /**
   * Waits until the election is won. A candidate that is there already says {@code value} instead.
   *
   * @throws StatusException if a call failed; only a candidate who gave up leaves
   */
  public Leadership campaign(long lease, ByteString value) {
    Place place = contenders.enter(lease, value);
    Leadership ours = new Leadership(place.key(), place.createRevision(), lease, place.header());
    if (place.existing().isPresent() && !place.existing().get().getValue().equals(value)) {
      proclaimOrLeave(ours, value);
    }
    if (!place.isFirst()) {
      try {
        contenders.awaitTurn(place);
      } catch (StatusException e) {
        Code code = e.status().code();
        if (code == Code.CANCELLED || code == Code.DEADLINE_EXCEEDED) {
          resign(ours.key(), ours.revision());
        }
        throw e;
      }
    }
    return ours;
  }

  private void proclaimOrLeave(Leadership ours, ByteString value) {
    boolean done = false;
    try {
      proclaim(ours.key(), ours.revision(), ours.lease(), value);
      done = true;
    } finally {
      if (!done) {
        resign(ours.key(), ours.revision());
      }
    }
  }

  /**
   * Says something else as the leader, whose key keeps {@code lease}.
   *
   * @throws RecipeException if the key is not that of the leadership any more
   */
  public ResponseHeader proclaim(ByteString key, long revision, long lease, ByteString value) {
    TxnResponse done = contenders.putIfCreatedAt(key, revision, lease, value);
    if (!done.getSucceeded()) {
      throw new RecipeException("election: not leader");
    }
    return done.getHeader();
  }

  /** Steps down, even in an interrupted thread; nothing happens if it is somebody else's turn. */
  public ResponseHeader resign(ByteString key, long revision) {
    return contenders.leaveIfCreatedAt(key, revision).getHeader();
  }

  /**
   * The leader, with the header of the read.
   *
   * @throws RecipeException if there is none
   */
  public RangeResponse leader() {
    RangeResponse first = contenders.first();
    if (first.getKvsCount() == 0) {
      throw new RecipeException("election: no leader");
    }
    return first;
  }

  /**
   * Tells of every leader and whatever he says, from the present one on, until a call fails. What
   * was said between two leaders may be missed.
   *
   * @throws StatusException in the end
   */
  public void observe(Observer observer) {
    while (true) {
      RangeResponse first = contenders.first();
      ResponseHeader header = first.getHeader();
      KeyValue leader;
      boolean isRead = first.getKvsCount() > 0;
      if (isRead) {
        leader = first.getKvs(0);
      } else {
        leader = firstPut(header.getRevision());
        header = header.toBuilder().setRevision(leader.getModRevision()).build();
      }
      observer.leader(header, leader, isRead);
      follow(leader.getKey(), header.getRevision() + 1, isRead, observer);
    }
  }

  private KeyValue firstPut(long fromRevision) {
    try (KeyWatch watch = contenders.watchAll(fromRevision)) {
      while (true) {
        for (Event event : watch.next().getEventsList()) {
          if (event.getType() == Event.EventType.PUT) {
            return event.getKv();
          }
        }
      }
    }
  }

  /** What one leader says, until he is gone. */
  private void follow(ByteString key, long fromRevision, boolean isRead, Observer observer) {
    try (KeyWatch watch = contenders.watch(key, fromRevision)) {
      while (true) {
        WatchResponse response = watch.next();
        for (Event event : response.getEventsList()) {
          if (event.getType() == Event.EventType.DELETE) {
            return;
          }
          observer.leader(response.getHeader(), event.getKv(), isRead);
        }
      }
    }
  }
}
