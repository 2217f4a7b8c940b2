package io.quorate.server;

import io.quorate.node.Member;
import io.quorate.node.loop.Loop;
import io.quorate.rpc.CallListener;
import io.quorate.rpc.ServerCall;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Ends the streams of clients that said {@code hasleader} when nobody has led for three looks, one
 * each election timeout (spec/api.md 5.1): such a client would rather go to another member than
 * wait for events that cannot come.
 */
public final class LeaderMonitor implements Loop {
  private static final int MISSES = 3;

  private final Member member;
  private final long intervalNanos;
  private final Set<Stream> streams = ConcurrentHashMap.newKeySet();
  private boolean started;
  private long nextLookNanos;
  private int missed;

  public LeaderMonitor(Member member) {
    this.member = member;
    intervalNanos = member.options().tick().toNanos() * member.options().electionTicks();
  }

  private record Stream(ServerCall call, CallListener listener) {
    /** On the call's event loop, like all that its listener hears. */
    void end() {
      call.execute(() -> {
        if (!call.isEnded()) {
          listener.cancelled(Errors.NO_LEADER);
          call.finish(Errors.NO_LEADER);
        }
      });
    }
  }

  /** Ends {@code call} too when the leader is lost. Any thread. */
  void watch(ServerCall call, CallListener listener) {
    streams.add(new Stream(call, listener));
  }

  @Override
  public long poll(long nowNanos) {
    if (!started) {
      started = true;
      nextLookNanos = nowNanos + intervalNanos;
    }
    if (nowNanos - nextLookNanos >= 0) {
      nextLookNanos = nowNanos + intervalNanos;
      look();
    }
    return nextLookNanos - nowNanos;
  }

  private void look() {
    streams.removeIf(stream -> stream.call.isEnded());
    if (member.raft().hasLeader()) {
      missed = 0;
    } else if (++missed >= MISSES) {
      streams.forEach(Stream::end);
      streams.clear();
    }
  }
}
