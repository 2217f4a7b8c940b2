/** The bbolt file: copy-on-write B+tree, one writer, many readers. */
@NullMarked
package io.quorate.bolt;

import org.jspecify.annotations.NullMarked;
