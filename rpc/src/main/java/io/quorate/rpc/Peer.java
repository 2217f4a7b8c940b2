package io.quorate.rpc;

/**
 * The two ends of the connection that carried a call.
 *
 * @param address the server's, {@code host:port} or the path of a socket
 * @param localAddress our own
 * @param tls whether it was encrypted
 */
public record Peer(String address, String localAddress, boolean tls) {}
