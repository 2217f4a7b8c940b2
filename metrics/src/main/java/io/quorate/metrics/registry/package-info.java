/**
 * Counters, gauges and histograms, and what Prometheus reads of them. Imports nothing of ours but
 * {@code gotext}; knows no name of etcd. Start at {@link io.quorate.metrics.registry.Registry}.
 */
@NullMarked
package io.quorate.metrics.registry;

import org.jspecify.annotations.NullMarked;
