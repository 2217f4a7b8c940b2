package io.quorate.edge;

import io.quorate.rpc.Metadata;

/**
 * All of a request but its body.
 *
 * @param target path and query as they stood in the request line
 * @param path the raw path, without the query
 * @param query what follows the first {@code ?}, raw; empty without
 * @param authority the Host header or {@code :authority}; empty without
 * @param protocol {@code HTTP/1.0}, {@code HTTP/1.1} or {@code HTTP/2.0}
 * @param headers names in lower case
 */
public record HttpRequest(
    String method,
    String target,
    String path,
    String query,
    String authority,
    String protocol,
    Metadata headers) {}
