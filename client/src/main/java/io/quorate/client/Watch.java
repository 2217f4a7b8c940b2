package io.quorate.client;

import com.google.protobuf.ByteString;
import io.quorate.api.etcdserverpb.WatchCreateRequest;

/**
 * Watches. All of a client share one stream, those that demand a leader another. A watch survives
 * lost connections: it resumes behind the last revision it has heard, so that nothing is repeated
 * and nothing is missing.
 */
public final class Watch implements AutoCloseable {
  private final WatchStream plain;
  private final WatchStream withLeader;

  Watch(Messages calls) {
    this.plain = new WatchStream(calls, false);
    this.withLeader = new WatchStream(calls, true);
  }

  /** Watches one key from now on. */
  public Watcher key(String key, WatchListener listener) {
    return watch(
        WatchCreateRequest.newBuilder().setKey(ByteString.copyFromUtf8(key)).build(), listener);
  }

  /** Watches all keys that begin with {@code prefix}, or simply all, from now on. */
  public Watcher prefix(String prefix, WatchListener listener) {
    return watch(
        WatchCreateRequest.newBuilder()
            .setKey(Kv.startOfPrefix(prefix))
            .setRangeEnd(Kv.endOfPrefix(ByteString.copyFromUtf8(prefix)))
            .setFragment(true)
            .build(),
        listener);
  }

  public Watcher watch(WatchCreateRequest request, WatchListener listener) {
    return plain.watch(request, listener);
  }

  /** Like {@link #watch}, but ends with "no leader" instead of waiting when there is none. */
  public Watcher watchRequiringLeader(WatchCreateRequest request, WatchListener listener) {
    return withLeader.watch(request, listener);
  }

  /** Asks for a progress notification to all watchers. */
  public void requestProgress() {
    plain.requestProgress();
    withLeader.requestProgress();
  }

  /** Ends all watches. */
  @Override
  public void close() {
    plain.close();
    withLeader.close();
  }
}
