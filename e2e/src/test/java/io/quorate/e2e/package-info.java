/**
 * The built programs as processes, driven by clients that others wrote, beside the original etcd in
 * the same roles; and {@link WallsTest}, since only here all modules are in sight. What is of the
 * original is built on the spot by {@code original/build} from published modules. Servers listen on
 * 127.0.0.1 only and end with the test that started them. Start at {@link Member}.
 */
@NullMarked
package io.quorate.e2e;

import org.jspecify.annotations.NullMarked;
