/**
 * The bytes of the two streams between members (spec/peer.md 2.3, 2.4). Decoders are fed what came,
 * in whatever pieces, and give whole messages.
 */
@NullMarked
package io.quorate.peer.codec;

import org.jspecify.annotations.NullMarked;
