/**
 * The server's flags, environment variables and their rules (spec/server.md 1). Start at {@link
 * ServerFlags}; {@link LaterFlags} lists what has no effect yet.
 */
@NullMarked
package io.quorate.embed.flag;

import org.jspecify.annotations.NullMarked;
