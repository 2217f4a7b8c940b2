/** Keys and values: {@code get}, {@code put}, {@code del} and what they answer (spec/ctl.md 4). */
@NullMarked
package io.quorate.etcdctl.kv;

import org.jspecify.annotations.NullMarked;
