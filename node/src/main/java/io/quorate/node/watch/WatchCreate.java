package io.quorate.node.watch;

import io.quorate.mvcc.KeyRange;

/**
 * What a client asks for.
 *
 * @param id its name for the watcher, or 0 to be given one
 * @param startRevision 0 for the next one
 * @param progressNotify whether it wants to hear of quiet times
 * @param fragment whether large answers may be split
 */
public record WatchCreate(
    long id,
    KeyRange range,
    long startRevision,
    boolean progressNotify,
    boolean noPut,
    boolean noDelete,
    boolean previous,
    boolean fragment) {}
