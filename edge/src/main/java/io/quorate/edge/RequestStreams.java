package io.quorate.edge;

import io.netty.handler.codec.http2.DefaultHttp2Connection;

/**
 * The streams of one connection, those among them that ended before they began: one too many, or
 * one whose headers are none. Netty forgets such a stream, and would close the connection with all
 * its other streams for the frames that the client had sent behind those headers.
 */
final class RequestStreams extends DefaultHttp2Connection {
  // Ids only grow, and what is below the last one can begin no more: one number says it all.
  private int lastRefused;

  RequestStreams() {
    super(true);
  }

  /** Stream {@code id} was answered with a reset instead of being created. */
  void refused(int id) {
    if (remote().isValidStreamId(id)) {
      lastRefused = Math.max(lastRefused, id);
    }
  }

  @Override
  public boolean streamMayHaveExisted(int id) {
    return super.streamMayHaveExisted(id) || id <= lastRefused && remote().isValidStreamId(id);
  }
}
