package io.quorate.edge;

import java.net.SocketAddress;
import java.util.List;

/**
 * A connection whose TLS handshake failed.
 *
 * @param serverName SNI, or empty
 * @param ipAddresses IP SANs of the client's certificate, if it showed one
 * @param dnsNames DNS SANs of the client's certificate, if it showed one
 * @param endOfFile the client merely went away
 * @param error what was wrong
 */
public record RejectedConnection(
    SocketAddress remote,
    String serverName,
    List<String> ipAddresses,
    List<String> dnsNames,
    boolean endOfFile,
    String error) {}
