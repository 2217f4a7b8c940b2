/**
 * Users, roles and rights: what the database holds of them, and who may do what (spec/server.md 5).
 * Written by {@code apply} only, in the transaction that carries the applied index; {@link
 * io.quorate.statemachine.auth.AuthView} is for any thread. Tokens are not here: they are no part
 * of the replicated state, and {@code server} keeps them, told by {@link
 * io.quorate.statemachine.auth.AuthListener}. Imports {@code backend}.
 */
@NullMarked
package io.quorate.statemachine.auth;

import org.jspecify.annotations.NullMarked;
