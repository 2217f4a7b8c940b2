/**
 * Every metric of a member by its exact etcd name, type, labels and buckets (spec/server.md 8). One
 * registry per member; each room is heard through the small listener it declares. Start at {@link
 * MemberMetrics}.
 */
@NullMarked
package io.quorate.metrics;

import org.jspecify.annotations.NullMarked;
