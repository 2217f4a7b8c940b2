/**
 * What members tell each other and what they keep: messages, entries, hard state, snapshots and
 * configurations, as immutable records (spec/raft.md section 1). Ids, terms and indexes are
 * unsigned 64-bit numbers in a {@code long}; 0 means none. Byte arrays inside are shared, never
 * written.
 */
@NullMarked
package io.quorate.raft.message;

import org.jspecify.annotations.NullMarked;
