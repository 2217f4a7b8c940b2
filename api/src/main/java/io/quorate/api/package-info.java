/** Etcd's .proto files and their messages; nothing by hand. */
@NullMarked
package io.quorate.api;

import org.jspecify.annotations.NullMarked;
