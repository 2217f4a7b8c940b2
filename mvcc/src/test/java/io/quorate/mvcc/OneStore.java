package io.quorate.mvcc;

import io.quorate.backend.Backend;
import io.quorate.backend.BackendListener;
import io.quorate.backend.BackendOptions;
import io.quorate.io.Clock;
import io.quorate.io.Failpoints;
import io.quorate.io.memory.MemoryDisk;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import org.slf4j.helpers.NOPLogger;

/** A store on a disk in memory whose two threads are polled by the test, in turn. */
public final class OneStore {
  static final Path FILE = Path.of("/data/member/snap/db");
  static final BackendOptions SMALL = BackendOptions.DEFAULT.withInitialMapBytes(1 << 26);

  public final MemoryDisk disk;
  final BackendOptions backendOptions;
  final MvccOptions options;
  final Failpoints failpoints;
  final Map<String, Long> restoredLeases = new TreeMap<>();
  public Backend backend;
  public MvccStore store;
  public long now = 1;

  public OneStore() {
    this(new MemoryDisk(1), SMALL, MvccOptions.DEFAULT, Failpoints.NONE);
  }

  OneStore(
      MemoryDisk disk, BackendOptions backendOptions, MvccOptions options, Failpoints failpoints) {
    this.disk = disk;
    this.backendOptions = backendOptions;
    this.options = options;
    this.failpoints = failpoints;
    disk.createDirectories(FILE.getParent());
    disk.settle();
    open();
  }

  public void open() {
    restoredLeases.clear();
    backend =
        Backend.open(
            disk,
            FILE,
            backendOptions,
            clock(),
            failpoints,
            NOPLogger.NOP_LOGGER,
            BackendListener.NONE);
    store =
        MvccStore.restore(
            backend,
            options,
            clock(),
            failpoints,
            NOPLogger.NOP_LOGGER,
            MvccListener.NONE,
            (key, lease) -> restoredLeases.put(text(key), lease));
  }

  Clock clock() {
    return new Clock() {
      @Override
      public long nanos() {
        return now;
      }

      @Override
      public long epochMillis() {
        return 1_700_000_000_000L + now / 1_000_000;
      }
    };
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  public static String text(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  /** One entry: what {@code body} does is one transaction of the next applied index. */
  public long apply(java.util.function.Consumer<WriteTransaction> body) {
    while (backend.mustWait()) {
      backend.commitLoop().poll(now);
    }
    WriteTransaction transaction = store.begin();
    body.accept(transaction);
    transaction.end();
    applied();
    return store.revision();
  }

  public void applied() {
    backend.applied(backend.appliedIndex() + 1, 1);
  }

  public long put(String key, String value) {
    return put(bytes(key), bytes(value), 0);
  }

  public long put(byte[] key, byte[] value, long lease) {
    return apply(t -> t.put(key, value, lease));
  }

  public long delete(String key) {
    return apply(t -> t.deleteRange(KeyRange.single(bytes(key)), deleted -> {}));
  }

  public CompletableFuture<Void> compact(long revision) {
    CompletableFuture<Void> done = store.compact(revision);
    applied();
    return done;
  }

  /** Lets one of the two threads do one thing. */
  public void turn(boolean applyThread) {
    if (applyThread) {
      backend.poll(now);
      store.pollCompaction();
      store.publish();
    } else {
      backend.commitLoop().poll(now);
    }
  }

  /** Until nothing is left to do, time running as fast as it likes. */
  public void settle() {
    for (int i = 0; i < 2_000_000; i++) {
      backend.poll(now);
      boolean more = store.pollCompaction();
      store.publish();
      long due = backend.commitLoop().poll(now);
      if (backend.hasCommitted() || more) {
        continue;
      }
      if (due == Long.MAX_VALUE) {
        return;
      }
      now = Math.max(now, due);
    }
    throw new AssertionError("never quiet");
  }

  public <T> T settle(CompletableFuture<T> future) {
    settle();
    return future.join();
  }

  StoredHash hash(long revision) {
    store.publish();
    try (HashWalk walk = store.hashByRevision(revision)) {
      while (!walk.step(7)) {}
      return walk.result();
    }
  }

  public void close() {
    store.close();
    backend.close();
  }

  public void reopen() {
    close();
    open();
  }
}
