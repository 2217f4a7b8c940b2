/**
 * How answers are shown: {@link io.quorate.etcdctl.output.Mode} chooses, an {@link
 * io.quorate.etcdctl.output.Answer} says what there is (spec/ctl.md 3).
 */
@NullMarked
package io.quorate.etcdctl.output;

import org.jspecify.annotations.NullMarked;
