/**
 * etcd's log lines, written by SLF4J loggers that belong to one member (spec/server.md 3.1). Start
 * at {@link MemberLog}.
 */
@NullMarked
package io.quorate.embed.log;

import org.jspecify.annotations.NullMarked;
