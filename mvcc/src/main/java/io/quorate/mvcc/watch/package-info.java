/**
 * Watchers by key and range: synced ones get each revision as it is published, unsynced ones catch
 * up from the store, victims wait for room. One owner thread polls {@link WatchHub}; anyone may
 * send it requests. Ids, fragments and progress on the wire are {@code node.watch}'s.
 */
@NullMarked
package io.quorate.mvcc.watch;

import org.jspecify.annotations.NullMarked;
