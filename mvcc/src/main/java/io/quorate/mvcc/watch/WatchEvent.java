package io.quorate.mvcc.watch;

/** One change, encoded once for all watchers. */
@SuppressWarnings("DoNotCallSuggester")
public final class WatchEvent {
  /** {@code mvccpb.Event} bytes: type, kv and, if asked for and there, prev_kv. Do not change. */
  public byte[] encoded(boolean withPrevious) {
    throw new UnsupportedOperationException();
  }

  public boolean isDelete() {
    throw new UnsupportedOperationException();
  }

  public long modRevision() {
    throw new UnsupportedOperationException();
  }
}
