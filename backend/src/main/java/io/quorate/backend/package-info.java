/**
 * One bolt file for all stores. The apply thread writes into a buffer, buffers are sealed with the
 * applied index of what they hold, the backend thread commits sealed buffers; readers take one view
 * of buffers and file. No thread of its own. May import {@code bolt}, {@code io} and, for log
 * lines, {@code gotext}. Start at {@link Backend}.
 */
@NullMarked
package io.quorate.backend;

import org.jspecify.annotations.NullMarked;
