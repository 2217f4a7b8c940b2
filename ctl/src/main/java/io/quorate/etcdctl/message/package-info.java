/** The messages that several answers share, read from their bytes. */
@NullMarked
package io.quorate.etcdctl.message;

import org.jspecify.annotations.NullMarked;
