/**
 * Who is in the cluster, at which version, and who may never come back. The truth is in the buckets
 * {@code members}, {@code members_removed} and {@code cluster}; members of 3.4 and 3.5 take it from
 * the JSON of an old in-memory store that every raft snapshot carries, so both are kept and must
 * agree (spec/peer.md 8, spec/storage.md 5.3). Written by {@code apply} only; the views are
 * immutable and may be read from any thread. Imports {@code backend}, {@code raft} and {@code
 * gotext}. Start at {@link io.quorate.statemachine.membership.Membership}.
 */
@NullMarked
package io.quorate.statemachine.membership;

import org.jspecify.annotations.NullMarked;
