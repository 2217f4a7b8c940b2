/**
 * Command lines as Go programs take them. {@link FlagSet} follows Go's {@code flag} package, which
 * the server uses. May import {@code gotext}. No reflection: this is on the start-up path.
 */
@NullMarked
package io.quorate.cli;

import org.jspecify.annotations.NullMarked;
