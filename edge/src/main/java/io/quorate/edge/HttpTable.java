package io.quorate.edge;

import io.quorate.rpc.Metadata;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Handlers by path, with the rules of Go's mux: an exact path first, then the longest prefix that
 * ends with a slash; a path that is not clean, or is a prefix without its slash, is redirected
 * (307); anything else is 404. Filled once, then read from any thread.
 */
public final class HttpTable implements HttpHandler {
  private final Map<String, HttpHandler> exact = new HashMap<>();
  private final Map<String, HttpHandler> prefixes = new HashMap<>();

  /**
   * @param path taken as a prefix if it ends with a slash
   */
  public HttpTable add(String path, HttpHandler handler) {
    Map<String, HttpHandler> where = path.endsWith("/") ? prefixes : exact;
    if (where.put(path, handler) != null) {
      throw new IllegalArgumentException("twice in the table: " + path);
    }
    return this;
  }

  @Override
  public HttpReceiver start(HttpExchange exchange) {
    HttpRequest request = exchange.request();
    Optional<String> decoded = decode(request.path());
    if (decoded.isEmpty() || request.target().equals("*")) {
      exchange.respond(400, new Metadata().add("connection", "close"), new byte[0]);
      return HttpReceiver.NONE;
    }
    String path = decoded.get();
    String clean = clean(path);
    if (!clean.equals(path) && !request.method().equals("CONNECT")) {
      return redirect(exchange, clean);
    }
    HttpHandler handler = exact.get(path);
    if (handler == null && prefixes.containsKey(path + "/")) {
      return redirect(exchange, path + "/");
    }
    for (int slash = path.lastIndexOf('/');
        handler == null && slash >= 0;
        slash = path.lastIndexOf('/', slash - 1)) {
      handler = prefixes.get(path.substring(0, slash + 1));
    }
    if (handler == null) {
      exchange.respond(404, "404 page not found\n");
      return HttpReceiver.NONE;
    }
    return handler.start(exchange);
  }

  private static HttpReceiver redirect(HttpExchange exchange, String path) {
    HttpRequest request = exchange.request();
    String location = request.query().isEmpty() ? path : path + "?" + request.query();
    var headers = new Metadata().add("location", location);
    byte[] body = new byte[0];
    if (request.method().equals("HEAD")) {
      exchange.begin(307, headers.add("content-type", "text/html; charset=utf-8"));
      exchange.end();
      return HttpReceiver.NONE;
    }
    if (request.method().equals("GET")) {
      headers.add("content-type", "text/html; charset=utf-8");
      String target =
          location
              .replace("&", "&amp;")
              .replace("<", "&lt;")
              .replace(">", "&gt;")
              .replace("\"", "&#34;")
              .replace("'", "&#39;");
      body =
          ("<a href=\"" + target + "\">Temporary Redirect</a>.\n\n")
              .getBytes(StandardCharsets.UTF_8);
    }
    exchange.respond(307, headers, body);
    return HttpReceiver.NONE;
  }

  /** {@code path} with its percent signs resolved; empty if they are not well-formed. */
  static Optional<String> decode(String path) {
    if (path.indexOf('%') < 0) {
      return Optional.of(path);
    }
    try {
      return Optional.of(URLDecoder.decode(path.replace("+", "%2B"), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException malformed) {
      return Optional.empty();
    }
  }

  /** Without empty, {@code .} and {@code ..} elements; a slash at the end stays. */
  static String clean(String path) {
    if (!path.contains("//") && !path.contains("/.") && path.startsWith("/")) {
      return path;
    }
    var elements = new ArrayDeque<String>();
    for (String element : path.split("/")) {
      if (element.equals("..")) {
        elements.pollLast();
      } else if (!element.isEmpty() && !element.equals(".")) {
        elements.addLast(element);
      }
    }
    List<String> kept = new ArrayList<>(elements);
    String joined = "/" + String.join("/", kept);
    return path.endsWith("/") && joined.length() > 1 ? joined + "/" : joined;
  }
}
