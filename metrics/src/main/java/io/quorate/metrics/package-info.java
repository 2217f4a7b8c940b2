/** Every etcd_* name in one room. */
@NullMarked
package io.quorate.metrics;

import org.jspecify.annotations.NullMarked;
