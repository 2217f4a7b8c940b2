/** The log on disk: segments with chained CRCs, snapshot files. */
@NullMarked
package io.quorate.wal;

import org.jspecify.annotations.NullMarked;
