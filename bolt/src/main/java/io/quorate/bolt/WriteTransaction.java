package io.quorate.bolt;

import io.quorate.bolt.freelist.FreelistPage;
import io.quorate.bolt.page.Layout;
import io.quorate.bolt.page.Meta;
import io.quorate.bolt.tree.PageStore;
import io.quorate.bolt.tree.Tree;
import io.quorate.io.DiskFile;
import java.lang.foreign.MemorySegment;
import java.nio.ByteBuffer;
import java.util.Optional;

/**
 * The one transaction that changes the file. Belongs to the writer's thread. Nothing is written
 * before {@link #commit}; changed pages never overwrite pages that a committed state needs.
 */
public final class WriteTransaction implements Transaction {
  /** The file grows in steps of this size (bbolt's AllocSize). */
  private static final long GROWTH_BYTES = 16 << 20;

  private final BoltFile bolt;
  private final Version base;
  private final long id;
  private final int pageSize;
  private final WritableBucket root;
  private final TransactionPages pages;
  private boolean open = true;

  WriteTransaction(BoltFile bolt, Version base) {
    this.bolt = bolt;
    this.base = base;
    this.id = base.meta.transaction() + 1;
    this.pageSize = base.meta.pageSize();
    this.pages = new TransactionPages(bolt, base.meta.highWaterMark(), id);
    this.root =
        new WritableBucket(
            this,
            Tree.rooted(base.pages, base.meta.root()),
            base.meta.sequence(),
            bolt.faults().beforeBucketPut());
  }

  @Override
  public long id() {
    return id;
  }

  @Override
  public long sizeBytes() {
    return pages.highWaterMark() * pageSize;
  }

  @Override
  public Optional<WritableBucket> bucket(byte[] name) {
    return root.bucket(name);
  }

  @Override
  public Cursor cursor() {
    checkOpen();
    return root.cursor();
  }

  /** Makes a top-level bucket; errors as {@link WritableBucket#createBucket}. */
  public WritableBucket createBucket(byte[] name) {
    return root.createBucket(name);
  }

  /** The top-level bucket {@code name}, made if it is missing. */
  public WritableBucket createBucketIfMissing(byte[] name) {
    return root.createBucketIfMissing(name);
  }

  /** Removes a top-level bucket; errors as {@link WritableBucket#deleteBucket}. */
  public void deleteBucket(byte[] name) {
    root.deleteBucket(name);
  }

  void checkOpen() {
    if (!open) {
      throw new BoltException.TransactionClosed();
    }
  }

  PageStore store() {
    return pages;
  }

  /** Gives up all changes. */
  public void rollback() {
    if (open) {
      open = false;
      pages.undo();
      bolt.endWrite(base);
    }
  }

  /** Same as {@link #rollback}, unless committed. */
  @Override
  public void close() {
    rollback();
  }

  /**
   * Makes the changes durable and visible to whoever begins to read from now on. If it throws, the
   * transaction is rolled back; after a {@link io.quorate.io.DiskException} of a write or sync the
   * file is poisoned, and whether the changes are on the disk will be known when it is opened
   * again.
   */
  public void commit() {
    checkOpen();
    try {
      Version next = write();
      open = false;
      pages.settle();
      bolt.publish(next);
      bolt.endWrite(base);
      bolt.listener().written();
    } finally {
      rollback();
    }
  }

  private Version write() {
    bolt.listener().commitStarted();
    root.rebalance(pages, pageSize);
    bolt.listener().rebalanced();
    root.spill(pages, pageSize);
    bolt.listener().spilled();
    ByteBuffer freelist = freelist();
    Meta meta =
        new Meta(
            pageSize,
            root.tree.rootPage(),
            root.sequence(),
            freelistPage,
            pages.highWaterMark(),
            id);
    DiskFile file = bolt.file();
    long length = grow(file);
    // Taken before anything is written: if there is no room for a larger mapping, nothing is lost.
    MemorySegment mapping = bolt.mappingFor((meta.highWaterMark() + 1) * pageSize, length);
    try {
      bolt.pageWriter().write(pages.staged());
      if (freelist.hasRemaining()) {
        file.write(freelist, freelistPage * pageSize);
      }
      if (bolt.options().sync()) {
        Faults.pass(bolt.faults().beforeSyncDataPages());
        file.dataSync();
      }
      writeMeta(file, meta);
      return new Version(meta, mapping, file.length());
    } catch (Throwable e) {
      if (!mapping.equals(base.mapping)) {
        file.unmap(mapping);
      }
      throw e;
    }
  }

  private long freelistPage = Layout.NO_FREELIST;

  /** Frees the old list, and prepares the new one if there is to be one. */
  private ByteBuffer freelist() {
    Meta old = base.meta;
    if (old.hasFreelist()) {
      long at = base.pages.page(old.freelist());
      pages.free(old.freelist(), base.pages.overflow(at) + 1);
    }
    if (!bolt.options().freelistSync()) {
      return ByteBuffer.allocate(0);
    }
    long most = bolt.free().size() + bolt.waiting().size() + pages.freedCount();
    int count = FreelistPage.pageCount(most, pageSize);
    freelistPage = pages.allocate(count);
    long[] ids = pages.listed();
    ByteBuffer buffer = ByteBuffer.allocate(count * pageSize);
    FreelistPage.write(MemorySegment.ofBuffer(buffer), freelistPage, count, ids, ids.length);
    return buffer;
  }

  /** Extends the file ahead of the writes, if the high-water mark has moved (storage.md 1.9). */
  private long grow(DiskFile file) {
    long length = file.length();
    if (pages.highWaterMark() == base.meta.highWaterMark()) {
      return length;
    }
    Faults.fire(bolt.faults().lackOfDiskSpace());
    long wanted = (pages.highWaterMark() + 1) * pageSize;
    if (wanted <= length || !bolt.options().growSync()) {
      return length;
    }
    long mapped = Math.max(base.mapping.byteSize(), Opening.mapBytes(wanted));
    long next = mapped <= GROWTH_BYTES ? mapped : wanted + GROWTH_BYTES;
    Faults.fire(bolt.faults().resizeFileError());
    file.truncate(next);
    if (bolt.options().sync()) {
      file.sync();
    }
    return next;
  }

  private void writeMeta(DiskFile file, Meta meta) {
    Faults.fire(bolt.faults().beforeWriteMetaError());
    long page = id % 2;
    ByteBuffer buffer = ByteBuffer.allocate(pageSize);
    meta.write(MemorySegment.ofBuffer(buffer), 0, page);
    file.write(buffer, page * pageSize);
    if (bolt.options().sync()) {
      Faults.pass(bolt.faults().beforeSyncMetaPage());
      file.dataSync();
    }
  }
}
