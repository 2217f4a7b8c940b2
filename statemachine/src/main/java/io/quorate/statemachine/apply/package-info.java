/**
 * The switch over requests, and the only writer of any state. What one request means for several
 * stores is decided here, in order: a put attaches a lease, a revoke deletes keys. Apply thread.
 * Start at {@link io.quorate.statemachine.apply.Applier}.
 */
@NullMarked
package io.quorate.statemachine.apply;

import org.jspecify.annotations.NullMarked;
