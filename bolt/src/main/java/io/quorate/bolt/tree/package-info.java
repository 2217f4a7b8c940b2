/**
 * The B+tree of one bucket: pages as they are in the file, and {@link Node}s for those that a write
 * transaction changes. Start at {@link Tree}.
 */
@NullMarked
package io.quorate.bolt.tree;

import org.jspecify.annotations.NullMarked;
