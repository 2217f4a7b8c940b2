/**
 * The bbolt file, byte for byte: a copy-on-write B+tree of nested buckets with one writer and many
 * readers. Specification: storage.md section 1. No thread, no clock, no logger: what happens is
 * told to a {@link BoltListener}. May import {@code io}. Start at {@link BoltFile}.
 *
 * <p>A commit writes changed pages to free places, then a meta page that points to them; until that
 * second write is whole, the previous meta page is the file. Readers hold a {@link
 * io.quorate.bolt.ReadTransaction} and read the mapped pages of the state they began with; pages
 * that such a state needs are not written to before the transaction is closed.
 */
@NullMarked
package io.quorate.bolt;

import org.jspecify.annotations.NullMarked;
