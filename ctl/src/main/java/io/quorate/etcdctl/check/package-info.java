/**
 * {@code check …}: load that is put on a cluster to see whether it carries it (spec/ctl.md 8.2,
 * 8.3). Start at {@link io.quorate.etcdctl.check.Load}.
 */
@NullMarked
package io.quorate.etcdctl.check;

import org.jspecify.annotations.NullMarked;
