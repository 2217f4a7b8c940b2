/** Revisions: key index, ranges, compaction, hash, watchers. */
@NullMarked
package io.quorate.mvcc;

import org.jspecify.annotations.NullMarked;
