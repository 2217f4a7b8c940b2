package io.quorate.client;

/** A watch in progress. */
public interface Watcher extends AutoCloseable {
  /** Ends it; what is already on its way may still be heard. */
  @Override
  void close();
}
