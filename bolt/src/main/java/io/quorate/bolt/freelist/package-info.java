/**
 * Which pages may be written to: free ones, and those that wait until no reader can see them any
 * more. Owned by the writer. Start at {@link FreePages}.
 */
@NullMarked
package io.quorate.bolt.freelist;

import org.jspecify.annotations.NullMarked;
