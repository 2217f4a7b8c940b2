/**
 * The {@code Channel} that crosses a socket: HTTP/2 on blocking sockets, JDK only. A lone unary
 * call writes, reads and decodes in its caller's thread; a second call beside it, or any streaming
 * call, starts a reader and a writer thread for the connection. Nothing on the way of a lone call
 * loads what etcdctl would have to wait for. Start at {@link EndpointChannel}, then {@link
 * Connection}.
 */
@NullMarked
package io.quorate.rpc.socket;

import org.jspecify.annotations.NullMarked;
