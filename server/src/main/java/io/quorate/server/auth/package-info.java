/**
 * Who is calling: tokens, passwords, and the identity that a call has (spec/api.md 12.2,
 * spec/server.md 5.3). Tokens live in memory only; every member gives them out as the log says, and
 * knows them all. Start at {@link io.quorate.server.auth.Callers}.
 */
@NullMarked
package io.quorate.server.auth;

import org.jspecify.annotations.NullMarked;
