/**
 * The protobuf bytes of {@code raft.message}, by hand: what goes over the wire between members,
 * into the log on disk, and into raft's size limits.
 *
 * <p>Written as etcd 3.6 writes: required-looking fields always, even when zero; byte strings only
 * when not null; repeated numbers unpacked; ascending field numbers. Read as anybody writes: fields
 * absent (3.7), snapshots empty (3.5), repeated numbers packed, unknown fields skipped. Whatever
 * the bytes, decoding either succeeds or throws {@link io.quorate.raft.codec.MalformedException}.
 *
 * <p>Each codec is a pair of pure functions. Start at {@link io.quorate.raft.codec.EntryCodec}.
 */
@NullMarked
package io.quorate.raft.codec;

import org.jspecify.annotations.NullMarked;
