package io.quorate.rpc.http2;

/** The peer broke the protocol. */
public final class Http2Exception extends RuntimeException {
  private final int errorCode;
  private final int streamId;

  /** A connection error. */
  public Http2Exception(int errorCode, String message) {
    this(errorCode, 0, message);
  }

  /**
   * @param streamId the stream that ends, 0 for the whole connection
   */
  public Http2Exception(int errorCode, int streamId, String message) {
    super(message);
    this.errorCode = errorCode;
    this.streamId = streamId;
  }

  public int errorCode() {
    return errorCode;
  }

  public int streamId() {
    return streamId;
  }
}
