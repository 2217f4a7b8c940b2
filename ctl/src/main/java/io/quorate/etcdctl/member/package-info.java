/** {@code member …} (spec/ctl.md 5.1). Start at {@link io.quorate.etcdctl.member.MemberGroup}. */
@NullMarked
package io.quorate.etcdctl.member;

import org.jspecify.annotations.NullMarked;
