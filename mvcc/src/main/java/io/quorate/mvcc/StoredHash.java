package io.quorate.mvcc;

/**
 * A hash of the history visible at a revision.
 *
 * @param hash unsigned 32 bits
 * @param compactRevision the compacted revision it was computed with, -1 for none
 * @param revision the revision it was computed at
 */
public record StoredHash(int hash, long compactRevision, long revision) {}
