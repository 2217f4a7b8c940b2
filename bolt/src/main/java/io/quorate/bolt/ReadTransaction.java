package io.quorate.bolt;

import io.quorate.bolt.page.Meta;
import io.quorate.bolt.page.Pages;
import io.quorate.bolt.tree.Tree;
import java.nio.ByteBuffer;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * The state of the file at one commit. Any thread may use it and any thread may close it; the pages
 * it needs stay as they are until then. Closing twice is harmless.
 */
public final class ReadTransaction implements Transaction {
  private final BoltFile file;
  private final Version version;
  private final Bucket root;
  private final AtomicBoolean closed = new AtomicBoolean();

  ReadTransaction(BoltFile file, Version version) {
    this.file = file;
    this.version = version;
    this.root =
        new Bucket(Tree.rooted(version.pages, version.meta.root()), version.meta.sequence());
  }

  @Override
  public long id() {
    return version.meta.transaction();
  }

  @Override
  public long sizeBytes() {
    return version.meta.highWaterMark() * version.meta.pageSize();
  }

  @Override
  public Optional<? extends Bucket> bucket(byte[] name) {
    checkOpen();
    return root.bucket(name);
  }

  @Override
  public Cursor cursor() {
    checkOpen();
    return root.cursor();
  }

  Meta meta() {
    return version.meta;
  }

  Pages pages() {
    checkOpen();
    return version.pages;
  }

  /** A new stream of this state as a file of its own. */
  public SnapshotStream snapshot() {
    checkOpen();
    return new SnapshotStream(this);
  }

  void readFile(ByteBuffer into, long position) {
    checkOpen();
    file.read(into, position);
  }

  private void checkOpen() {
    if (closed.get()) {
      throw new BoltException.TransactionClosed();
    }
  }

  @Override
  public void close() {
    if (closed.compareAndSet(false, true)) {
      file.release(version);
    }
  }
}
