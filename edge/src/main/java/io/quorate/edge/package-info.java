/** Listeners on Netty: TLS, one port for all protocols, gRPC and HTTP serving. */
@NullMarked
package io.quorate.edge;

import org.jspecify.annotations.NullMarked;
