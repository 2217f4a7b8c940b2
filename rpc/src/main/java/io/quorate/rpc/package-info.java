/**
 * gRPC without a server: frames, HPACK, statuses, metadata, deadlines, TLS rules, the tables of
 * services that {@code edge} serves, and {@code Channel}, by socket or by direct call. Needs only
 * the JDK; imports nothing of ours. Start at {@link ServiceTable} for the serving side.
 */
@NullMarked
package io.quorate.rpc;

import org.jspecify.annotations.NullMarked;
