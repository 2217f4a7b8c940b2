package io.quorate.edge;

import io.quorate.rpc.Metadata;
import io.quorate.rpc.Payload;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.List;

/**
 * One request and its response. {@link #begin}, {@link #write} and {@link #end} may be called from
 * any thread, one at a time; they queue and never block.
 */
public interface HttpExchange {
  HttpRequest request();

  SocketAddress remoteAddress();

  SocketAddress localAddress();

  /** Whether the request came through TLS. */
  boolean isSecure();

  /** The client's verified chain, leaf first; empty if it was not asked for one. */
  List<X509Certificate> clientCertificates();

  /** Adds a header to whatever response begins later. On the event loop, before {@link #begin}. */
  void preset(String name, String value);

  /**
   * Starts the response. Without a {@code content-length} among {@code headers} it is chunked (or
   * ends with the connection for HTTP/1.0). A {@code trailer} header announces trailers.
   */
  void begin(int status, Metadata headers);

  /** Queues a piece of the body; goes out at once. Ignored after the exchange has ended. */
  void write(Payload piece);

  /** Ends the response. */
  default void end() {
    end(new Metadata());
  }

  /** Ends the response with trailers, which HTTP/1.0 and bodies of known length lose. */
  void end(Metadata trailers);

  /**
   * Cuts the response off after what was written: the client sees that it is not complete. In
   * HTTP/1 also one that was ended, if its end could not be written yet.
   */
  void abort();

  /** The whole response at once; {@code content-length} is added. */
  default void respond(int status, Metadata headers, byte[] body) {
    begin(status, headers.add("content-length", Integer.toString(body.length)));
    if (body.length > 0) {
      write(Payload.of(body));
    }
    end();
  }

  /** A text, as Go's {@code http.Error} sends it but for the line end. */
  default void respond(int status, String text) {
    respond(
        status,
        new Metadata()
            .add("content-type", "text/plain; charset=utf-8")
            .add("x-content-type-options", "nosniff"),
        text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * Whether more may be written without growing a queue. When it turns from false to true, {@link
   * HttpReceiver#writable()} is called.
   */
  boolean isWritable();

  /** Whether the client has gone or the response was ended. */
  boolean isEnded();

  /**
   * Takes {@code count} more pieces of the body. Pieces flow freely until {@link #hold} is called.
   */
  void request(int count);

  /** From now on pieces of the body come only as {@link #request} allows. */
  void hold();

  /** Runs {@code task} on the event loop that owns this exchange. */
  void execute(Runnable task);
}
