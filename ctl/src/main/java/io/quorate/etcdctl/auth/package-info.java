/**
 * Users, roles, and whether they count: {@code auth …}, {@code user …}, {@code role …} (spec/ctl.md
 * 7). The requests go as bytes, names and keys exactly as they were typed.
 */
@NullMarked
package io.quorate.etcdctl.auth;

import org.jspecify.annotations.NullMarked;
