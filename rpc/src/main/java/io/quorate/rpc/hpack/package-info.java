/**
 * Header compression (RFC 7541), both directions, with limits. A coder belongs to one connection
 * and one direction and is owned by one thread at a time. Start at {@link HpackDecoder}.
 */
@NullMarked
package io.quorate.rpc.hpack;

import org.jspecify.annotations.NullMarked;
