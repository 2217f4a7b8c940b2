/**
 * The log on disk: segments of records with chained CRCs, and the snapshot files beside them
 * (spec/storage.md sections 4 and 5). No thread of its own; one owner thread ({@code etcd-wal})
 * calls everything here. May import {@code raft.message}, {@code raft.codec} and {@code io}. Start
 * at {@link WalDirectory}.
 */
@NullMarked
package io.quorate.wal;

import org.jspecify.annotations.NullMarked;
