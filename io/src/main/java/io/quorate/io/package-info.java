/**
 * The outside world as interfaces: time, disk, deliberate faults. Everything above takes these as
 * constructor arguments, so that a test or the simulator can put its own in their place; {@code
 * io.os} holds the real ones and is named by {@code embed} and {@code etcdutl} alone. May import
 * nothing of ours. Start at {@link Disk}.
 */
@NullMarked
package io.quorate.io;

import org.jspecify.annotations.NullMarked;
