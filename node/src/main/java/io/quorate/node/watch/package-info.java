/**
 * Watch streams without a transport: ids, order, fragments and progress (spec/api.md 8). {@code
 * mvcc.watch} finds the events, {@code server} encodes what comes out. Start at {@link
 * WatchStream}.
 */
@NullMarked
package io.quorate.node.watch;

import org.jspecify.annotations.NullMarked;
