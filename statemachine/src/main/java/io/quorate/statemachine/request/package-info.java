/**
 * Requests as records, decoded by hand from the bytes that clients and the log hold, so that no
 * generated class stands on the way of a put or a range; what can be said about a request without
 * looking at any state is said here ({@link io.quorate.statemachine.request.RequestChecks}). Pure
 * functions; any thread. Imports nothing of ours. Start at {@link
 * io.quorate.statemachine.request.InternalRequest}.
 */
@NullMarked
package io.quorate.statemachine.request;

import org.jspecify.annotations.NullMarked;
