/**
 * The loops of a member: pieces that own state and no thread. {@code poll} does a bounded batch of
 * what has queued and returns; production gives each a thread, the simulator calls them in seeded
 * order. Between loops an offer never blocks: capacity follows from admission. Start at {@link
 * RaftLoop}, then {@link LogLoop} and {@link ApplyLoop}.
 */
@NullMarked
package io.quorate.node.loop;

import org.jspecify.annotations.NullMarked;
