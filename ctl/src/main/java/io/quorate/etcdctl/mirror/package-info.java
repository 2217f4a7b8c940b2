/**
 * {@code make-mirror} (spec/ctl.md 8.1): copies keys to another cluster, then whatever happens to
 * them. Start at {@link io.quorate.etcdctl.mirror.MakeMirror}.
 */
@NullMarked
package io.quorate.etcdctl.mirror;

import org.jspecify.annotations.NullMarked;
