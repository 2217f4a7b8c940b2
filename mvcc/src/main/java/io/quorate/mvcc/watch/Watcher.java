package io.quorate.mvcc.watch;

/** One watcher in a hub. Its state belongs to the hub's owner thread. */
@SuppressWarnings("DoNotCallSuggester")
public final class Watcher {
  /** The name its stream gave it. */
  public long id() {
    throw new UnsupportedOperationException();
  }

  public boolean wantsPrevious() {
    throw new UnsupportedOperationException();
  }
}
