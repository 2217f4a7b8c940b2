/** What {@code bbolt check} verifies, in its words. Start at {@link Check}. */
@NullMarked
package io.quorate.bolt.check;

import org.jspecify.annotations.NullMarked;
