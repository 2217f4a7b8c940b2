package io.quorate.edge;

import java.net.SocketAddress;
import java.security.cert.X509Certificate;
import java.util.List;

/** Who is at the other end of a connection. */
record Peer(
    SocketAddress remote,
    SocketAddress local,
    boolean secure,
    List<X509Certificate> certificates) {}
