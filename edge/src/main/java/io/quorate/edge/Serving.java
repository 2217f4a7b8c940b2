package io.quorate.edge;

import io.quorate.rpc.Metadata;
import io.quorate.rpc.ServiceTable;
import java.util.Optional;

/**
 * What a listener does with its connections. The first bytes decide: TLS or plain where both are
 * served, then HTTP/2 preface or HTTP/1.
 *
 * <p>With {@code grpc} and {@code http} both given, plain HTTP/2 connections belong to gRPC alone
 * (other content types get 415), plain HTTP/1 to {@code http}; inside TLS each HTTP/2 request is
 * told apart by its content type (spec/server.md 4.1).
 *
 * @param tls TLS is served with this
 * @param plaintext plain connections are served
 * @param grpc the gRPC services, if any
 * @param http answers all other requests, if any
 * @param grpcHeaders initial metadata of every gRPC answer where gRPC shares a TLS connection with
 *     {@code http}, for example the CORS headers; not changed afterwards
 * @param http2 HTTP/2 is spoken, not only HTTP/1
 */
public record Serving(
    Optional<TlsOptions> tls,
    boolean plaintext,
    Optional<ServiceTable> grpc,
    Optional<HttpHandler> http,
    Limits limits,
    Keepalive keepalive,
    Metadata grpcHeaders,
    boolean http2) {
  static final Metadata NO_HEADERS = new Metadata();

  /** Plain connections, default limits, nothing served yet. */
  public static Serving plain() {
    return new Serving(
        Optional.empty(),
        true,
        Optional.empty(),
        Optional.empty(),
        Limits.DEFAULT,
        Keepalive.DEFAULT,
        NO_HEADERS,
        true);
  }

  /** TLS connections only, default limits, nothing served yet. */
  public static Serving secure(TlsOptions tls) {
    return new Serving(
        Optional.of(tls),
        false,
        Optional.empty(),
        Optional.empty(),
        Limits.DEFAULT,
        Keepalive.DEFAULT,
        NO_HEADERS,
        true);
  }

  /** Plain connections as well, on the same port. */
  public Serving andPlain() {
    return new Serving(tls, true, grpc, http, limits, keepalive, grpcHeaders, http2);
  }

  public Serving grpc(ServiceTable services) {
    return new Serving(
        tls, plaintext, Optional.of(services), http, limits, keepalive, grpcHeaders, http2);
  }

  public Serving http(HttpHandler handler) {
    return new Serving(
        tls, plaintext, grpc, Optional.of(handler), limits, keepalive, grpcHeaders, http2);
  }

  public Serving limits(Limits bounds) {
    return new Serving(tls, plaintext, grpc, http, bounds, keepalive, grpcHeaders, http2);
  }

  public Serving keepalive(Keepalive pings) {
    return new Serving(tls, plaintext, grpc, http, limits, pings, grpcHeaders, http2);
  }

  public Serving grpcHeaders(Metadata headers) {
    return new Serving(tls, plaintext, grpc, http, limits, keepalive, headers, http2);
  }

  /** HTTP/1 only: the preface of HTTP/2 is a bad request then. */
  public Serving http1() {
    return new Serving(tls, plaintext, grpc, http, limits, keepalive, grpcHeaders, false);
  }
}
