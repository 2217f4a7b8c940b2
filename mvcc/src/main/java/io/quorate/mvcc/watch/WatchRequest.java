package io.quorate.mvcc.watch;

import io.quorate.mvcc.KeyRange;

/**
 * @param id the stream's name for it
 * @param startRevision 0: from the next revision on
 */
public record WatchRequest(
    long id,
    KeyRange range,
    long startRevision,
    boolean noPut,
    boolean noDelete,
    boolean previous) {}
