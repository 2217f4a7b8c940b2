/** A committed entry in; new state and a result out. */
@NullMarked
package io.quorate.statemachine;

import org.jspecify.annotations.NullMarked;
