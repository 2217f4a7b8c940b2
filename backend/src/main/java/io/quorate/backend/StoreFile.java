package io.quorate.backend;

import io.quorate.bolt.BoltFile;
import io.quorate.bolt.WriteTransaction;

/**
 * One opened bolt file. When another takes its place it is retired, and closed as soon as its last
 * reader is gone.
 */
final class StoreFile {
  private final BoltFile bolt;
  private final Runnable onReaderGone;
  // Guarded by this: readers open now, and whether it was retired. A cold lock: commits and closes.
  private int readers;
  private boolean retired;

  /**
   * @param onReaderGone run after each reader's end, on its thread
   */
  StoreFile(BoltFile bolt, Runnable onReaderGone) {
    this.bolt = bolt;
    this.onReaderGone = onReaderGone;
  }

  /**
   * @throws Retired if another file has taken its place
   */
  FileSnapshot beginRead() {
    synchronized (this) {
      if (retired) {
        throw new Retired();
      }
      readers++;
    }
    return new FileSnapshot(this, bolt.beginRead());
  }

  /** Backend thread. */
  WriteTransaction beginWrite() {
    return bolt.beginWrite();
  }

  long sizeBytes() {
    return bolt.sizeBytes();
  }

  long sizeInUseBytes() {
    return bolt.sizeInUseBytes();
  }

  /** Backend thread. {@link BoltFile#settle}. */
  boolean settle() {
    return bolt.settle();
  }

  void readerGone() {
    boolean last;
    synchronized (this) {
      readers--;
      last = retired && readers == 0;
    }
    if (last) {
      bolt.close();
    }
    onReaderGone.run();
  }

  /** No new reader and no writer from now on. */
  void retire() {
    boolean last;
    synchronized (this) {
      retired = true;
      last = readers == 0;
    }
    if (last) {
      bolt.close();
    }
  }

  /** Another file has taken the place of this one: ask for that. */
  static final class Retired extends RuntimeException {
    Retired() {
      super("a retired file", null, false, false);
    }
  }

  synchronized int openReaders() {
    return readers;
  }
}
