/** Go-style flags, cobra-like help, output modes. */
@NullMarked
package io.quorate.cli;

import org.jspecify.annotations.NullMarked;
