/** Port 2379, all of it: gRPC services, JSON gateway, health. */
@NullMarked
package io.quorate.server;

import org.jspecify.annotations.NullMarked;
