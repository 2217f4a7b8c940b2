/**
 * What a member is told by its flags, checked: the records that {@code Etcd.start} takes (spec/
 * server.md 1.3 to 1.6). Start at {@link MemberConfig}.
 */
@NullMarked
package io.quorate.embed.config;

import org.jspecify.annotations.NullMarked;
