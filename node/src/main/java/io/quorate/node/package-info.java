/** One member's engine: carries data between raft, wal and statemachine. */
@NullMarked
package io.quorate.node;

import org.jspecify.annotations.NullMarked;
