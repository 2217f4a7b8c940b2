/** Go's ways with text that etcd's users see. */
@NullMarked
package io.quorate.gotext;

import org.jspecify.annotations.NullMarked;
