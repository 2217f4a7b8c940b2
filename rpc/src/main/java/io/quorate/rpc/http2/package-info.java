/**
 * HTTP/2 frames (RFC 9113 §4, §6): all types, read and written, every length and flag checked. No
 * sockets and no state of streams. Start at {@link FrameReader} and {@link FrameWriter}.
 */
@NullMarked
package io.quorate.rpc.http2;

import org.jspecify.annotations.NullMarked;
