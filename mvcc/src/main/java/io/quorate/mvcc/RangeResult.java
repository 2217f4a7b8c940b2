package io.quorate.mvcc;

import java.lang.foreign.MemorySegment;
import java.util.List;

/**
 * @param count live keys in the range, before limit and filters
 * @param more whether the limit cut something off
 * @param revision the store's revision when it was read (for the header), not the one read at
 * @param keyValues each an encoded {@code mvccpb.KeyValue}; from a {@link View} valid until that is
 *     closed, from a {@link WriteTransaction} for ever
 */
public record RangeResult(long count, boolean more, long revision, List<MemorySegment> keyValues) {}
