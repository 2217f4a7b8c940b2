/**
 * An ordered map of byte keys whose past stays readable: one writer, any number of readers of
 * published roots, no lock between them. Start at {@link SharedTree}.
 */
@NullMarked
package io.quorate.backend.tree;

import org.jspecify.annotations.NullMarked;
