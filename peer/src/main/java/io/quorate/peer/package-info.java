/**
 * Port 2380, all of it: how raft's messages, snapshots and a few questions travel between members,
 * beside members of the original etcd (spec/peer.md). The receiver of messages dials; what is sent
 * to it flows in the answer to its request.
 *
 * <p>Event loops and one timer thread; nothing here blocks but the sending and saving of snapshots,
 * which have threads of their own. May import {@code node}, {@code raft}, {@code rpc}, {@code
 * edge}. Start at {@link io.quorate.peer.PeerNetwork}; its counterpart, what others may ask of us,
 * is {@link io.quorate.peer.http.PeerHttp}.
 */
@NullMarked
package io.quorate.peer;

import org.jspecify.annotations.NullMarked;
