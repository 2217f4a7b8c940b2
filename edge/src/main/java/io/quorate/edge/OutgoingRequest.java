package io.quorate.edge;

import io.quorate.rpc.Metadata;

/**
 * What an {@link HttpDialer} asks.
 *
 * @param target path and query, as they go into the request line
 * @param headers beside Host and those of the body's length
 * @param body the whole of it; ignored where {@code streamed}
 * @param streamed whether the body comes in pieces through {@link OutgoingCall#write}, chunked
 */
public record OutgoingRequest(
    String method, String target, Metadata headers, byte[] body, boolean streamed) {
  private static final byte[] NOTHING = {};

  public static OutgoingRequest get(String target, Metadata headers) {
    return new OutgoingRequest("GET", target, headers, NOTHING, false);
  }

  /** GET with a body, which a Go server reads. */
  public static OutgoingRequest get(String target, Metadata headers, byte[] body) {
    return new OutgoingRequest("GET", target, headers, body, false);
  }

  public static OutgoingRequest post(String target, Metadata headers, byte[] body) {
    return new OutgoingRequest("POST", target, headers, body, false);
  }

  public static OutgoingRequest streamedPost(String target, Metadata headers) {
    return new OutgoingRequest("POST", target, headers, NOTHING, true);
  }
}
