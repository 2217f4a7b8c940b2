/**
 * Bytes of pages and metas: offsets, sizes, checks of what is read. Everything here is a view on
 * the mapping of the file; nothing is copied. Start at {@link Pages}.
 */
@NullMarked
package io.quorate.bolt.page;

import org.jspecify.annotations.NullMarked;
