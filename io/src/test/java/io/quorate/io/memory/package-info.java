/**
 * A disk in memory, with power cuts: what every test and simulation of a room that stores something
 * runs on. Deterministic: the same seed and the same calls give the same surviving bytes. Start at
 * {@link MemoryDisk}.
 */
@NullMarked
package io.quorate.io.memory;

import org.jspecify.annotations.NullMarked;
