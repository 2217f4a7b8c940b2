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
    Metadata headers) {
  /** Splits {@code target}; one in absolute form gives its path and authority. */
  static HttpRequest of(
      String method, String target, String authority, String protocol, Metadata headers) {
    String rest = target;
    String host = authority;
    int scheme = rest.indexOf("://");
    if (scheme > 0 && rest.charAt(0) != '/') {
      int slash = rest.indexOf('/', scheme + 3);
      host = rest.substring(scheme + 3, slash < 0 ? rest.length() : slash);
      rest = slash < 0 ? "/" : rest.substring(slash);
    }
    int question = rest.indexOf('?');
    return new HttpRequest(
        method,
        target,
        question < 0 ? rest : rest.substring(0, question),
        question < 0 ? "" : rest.substring(question + 1),
        host,
        protocol,
        headers);
  }
}
