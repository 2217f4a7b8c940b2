/**
 * {@code watch}: its arguments, its typed lines, what it prints and what it runs (spec/ctl.md 4.6).
 * It lives long, so it may use the whole client with its generated messages. Start at {@link
 * io.quorate.etcdctl.watch.Watch}.
 */
@NullMarked
package io.quorate.etcdctl.watch;

import org.jspecify.annotations.NullMarked;
