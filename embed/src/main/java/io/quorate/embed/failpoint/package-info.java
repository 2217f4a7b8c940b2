/**
 * Deliberate faults that can be told at run time what to do (spec/failpoints.md, the contract of
 * gofail 0.2.0): the language of terms, the points by name, and control by environment and HTTP.
 * Start at {@link NamedFailpoints}.
 */
@NullMarked
package io.quorate.embed.failpoint;

import org.jspecify.annotations.NullMarked;
