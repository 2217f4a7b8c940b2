package io.quorate.bolt.freelist;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Which transaction wrote a page, for pages written since the file was opened; 0 for older ones. By
 * the first page of a run.
 */
public final class WrittenBy {
  private static final int CHUNK_PAGES = 8192;

  private long[] @Nullable [] chunks = new long[16][];

  public long get(long page) {
    int chunk = (int) (page / CHUNK_PAGES);
    long[] ids = chunk < chunks.length ? chunks[chunk] : null;
    return ids == null ? 0 : ids[(int) (page % CHUNK_PAGES)];
  }

  public void set(long page, long transaction) {
    int chunk = (int) (page / CHUNK_PAGES);
    if (chunk >= chunks.length) {
      chunks = Arrays.copyOf(chunks, Math.max(chunk + 1, chunks.length * 2));
    }
    long[] ids = chunks[chunk];
    if (ids == null) {
      ids = new long[CHUNK_PAGES];
      chunks[chunk] = ids;
    }
    ids[(int) (page % CHUNK_PAGES)] = transaction;
  }
}
