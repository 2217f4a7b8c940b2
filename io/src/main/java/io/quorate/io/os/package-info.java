/**
 * The real clock and disk. Calls of the operating system that the JDK lacks (flock,
 * open-file-description locks, fallocate, mmap beyond the end, mlock) are foreign functions here
 * and nowhere else. Named by {@code embed} and {@code etcdutl} alone. Start at {@code OsDisk}.
 */
@NullMarked
package io.quorate.io.os;

import org.jspecify.annotations.NullMarked;
