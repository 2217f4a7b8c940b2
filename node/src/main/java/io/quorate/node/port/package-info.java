/**
 * What a node asks of the network: {@link Transport} carries raft messages to the other members.
 * {@code peer} implements it; a single member needs none.
 */
@NullMarked
package io.quorate.node.port;

import org.jspecify.annotations.NullMarked;
