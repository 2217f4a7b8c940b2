/**
 * Port 2379: gRPC services over a {@link io.quorate.node.Member}, health and version over HTTP.
 * Validates, words the errors, encodes the answers; decides nothing. Start at {@link Services}.
 */
@NullMarked
package io.quorate.server;

import org.jspecify.annotations.NullMarked;
