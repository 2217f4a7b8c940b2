/**
 * What other members may ask of this one over HTTP (spec/peer.md 1.5): the ends of streams,
 * pipeline and snapshots, and a few questions. All answers are words that a Go member understands.
 * Start at {@link io.quorate.peer.http.PeerHttp}.
 */
@NullMarked
package io.quorate.peer.http;

import org.jspecify.annotations.NullMarked;
