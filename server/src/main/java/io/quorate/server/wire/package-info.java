/**
 * Answers as bytes. What is stored is what is sent: a key-value goes into an answer as the bytes
 * that lie in the store, so an answer is tags, lengths and copies.
 */
@NullMarked
package io.quorate.server.wire;

import org.jspecify.annotations.NullMarked;
