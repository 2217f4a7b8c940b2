/** Kv, watch, lease, auth, cluster; recipes: lock, election. */
@NullMarked
package io.quorate.client;

import org.jspecify.annotations.NullMarked;
