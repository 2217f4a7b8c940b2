/**
 * What every key was worth at every revision not yet compacted. No thread, no clock of its own.
 * Written only by {@code statemachine.apply} through {@link WriteTransaction}; read from any thread
 * through {@link View}. Knows leases only as a number in a record. May import {@code backend}.
 * Start at {@link MvccStore}, then {@code KeyIndex}.
 */
@NullMarked
package io.quorate.mvcc;

import org.jspecify.annotations.NullMarked;
