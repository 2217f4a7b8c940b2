/**
 * Composition root: flags, env, YAML become options records; wires the real clock, disk and
 * network.
 */
@NullMarked
package io.quorate.embed;

import org.jspecify.annotations.NullMarked;
