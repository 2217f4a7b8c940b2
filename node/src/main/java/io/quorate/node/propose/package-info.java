/**
 * From a request to its answer: an id for each request, and who waits for which id. Any thread
 * registers and completes. Start at {@link Proposals}.
 */
@NullMarked
package io.quorate.node.propose;

import org.jspecify.annotations.NullMarked;
