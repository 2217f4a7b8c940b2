/**
 * etcd from a Java program: kv, watch, lease, auth, cluster, maintenance. Balancing, retries,
 * resuming watches and keeping leases alive follow the original's client, so that a cluster sees no
 * difference. Start at {@link Client}; the rules of a single call are in {@link ClusterChannel}.
 */
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
