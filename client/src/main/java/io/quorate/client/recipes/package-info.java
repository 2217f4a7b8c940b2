/**
 * Locks and elections as etcd's clients agree on them (spec/ctl.md 9.7): who wants something puts a
 * key below its name and waits until all that were created before are gone. Made of ordinary calls
 * on any {@link io.quorate.rpc.Channel}, so that etcdctl uses them over a socket and a server for
 * its own clients (spec/api.md 13). Each object belongs to one thread, which waits; interrupting it
 * gives up. Start at {@link Mutex} and {@link Election}.
 */
@NullMarked
package io.quorate.client.recipes;

import org.jspecify.annotations.NullMarked;
