package io.quorate.rpc;

/** The client's end of one call. Any thread; nothing here blocks. */
public interface ClientCall {
  /**
   * Queues one request message; ignored after the call has ended. {@code message} is not copied.
   */
  void send(byte[] message);

  /** No further messages will be sent. */
  void halfClose();

  /**
   * Takes {@code count} more response messages; a call starts with one taken. A stream that is not
   * taken from holds its server back by flow control.
   */
  void request(int count);

  /** Ends the call with {@link Code#CANCELLED}, {@code context canceled}, unless it has ended. */
  void cancel();

  /**
   * Whether another message may be sent without growing a queue. When it turns from false to true,
   * {@link ClientCallListener#writable()} is called.
   */
  boolean isWritable();
}
