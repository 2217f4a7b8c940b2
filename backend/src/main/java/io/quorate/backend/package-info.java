/** One bolt file for all stores: sealed buffers, one View for readers. */
@NullMarked
package io.quorate.backend;

import org.jspecify.annotations.NullMarked;
