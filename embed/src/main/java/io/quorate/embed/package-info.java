/**
 * The composition root: from flags and environment to a running member. It alone names the real
 * clock and disk. May import everything. Start at {@link Etcd}; {@link EtcdMain} is the program.
 */
@NullMarked
package io.quorate.embed;

import org.jspecify.annotations.NullMarked;
