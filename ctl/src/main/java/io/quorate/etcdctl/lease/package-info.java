/** Leases: {@code lease grant}, {@code revoke}, {@code timetolive} … (spec/ctl.md 4.7). */
@NullMarked
package io.quorate.etcdctl.lease;

import org.jspecify.annotations.NullMarked;
