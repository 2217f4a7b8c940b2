package io.quorate.client;

import io.quorate.api.etcdserverpb.WatchResponse;
import java.util.Optional;

/**
 * What a watcher hears, in order, one at a time, on a thread that carries the connection: it must
 * not block.
 */
public interface WatchListener {
  /**
   * Events, put together from their fragments, or a progress notification, which has none. A watch
   * that fell behind a compaction hears one last response with {@code compact_revision}.
   */
  void response(WatchResponse response);

  /** The watch is set; {@code revision} is the store's at that time. Once, not after a resume. */
  default void created(long revision) {}

  /** Nothing more will come. Empty if the watcher was closed, or the server cancelled silently. */
  default void closed(Optional<EtcdException> why) {}
}
