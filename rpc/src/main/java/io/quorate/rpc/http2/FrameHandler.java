package io.quorate.rpc.http2;

/**
 * Takes the frames that {@link FrameReader} has read and checked. Byte ranges are valid during the
 * call only.
 */
public interface FrameHandler {
  /**
   * @param flowBytes what the frame counts for flow control, padding included
   */
  void data(int streamId, boolean endStream, byte[] bytes, int offset, int length, int flowBytes);

  /** A header block or its start; priority is read and dropped, as RFC 9113 §5.3.2 allows. */
  void headers(
      int streamId, boolean endStream, boolean endHeaders, byte[] bytes, int offset, int length);

  /** More of the header block on {@code streamId}; the reader has checked that it belongs there. */
  void continuation(int streamId, boolean endHeaders, byte[] bytes, int offset, int length);

  void resetStream(int streamId, int errorCode);

  /** One parameter of a SETTINGS frame; {@link #settingsEnd} follows the last. */
  void setting(int id, int value);

  void settingsEnd();

  void settingsAck();

  /** The promised block is read through {@link #continuation} if {@code endHeaders} is false. */
  void pushPromise(
      int streamId, int promisedStreamId, boolean endHeaders, byte[] bytes, int offset, int length);

  void ping(boolean ack, long opaque);

  void goAway(int lastStreamId, int errorCode, byte[] bytes, int offset, int length);

  /**
   * @param streamId 0 for the connection
   */
  void windowUpdate(int streamId, int increment);
}
