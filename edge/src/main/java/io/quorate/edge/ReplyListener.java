package io.quorate.edge;

import io.quorate.rpc.Metadata;
import java.io.IOException;

/**
 * Hears the answer to one {@link HttpDialer#call}, always on the event loop of its connection. What
 * it hears last is either {@link #end} or {@link #failed}, once.
 */
public interface ReplyListener {
  /** The answer begins. Header names are in lower case. */
  void head(int status, Metadata headers);

  /** A piece of its body; the array is the listener's own from here on. */
  void data(byte[] piece);

  /** The answer is complete. */
  void end();

  /** There is no connection, or it broke, or nothing came in time. */
  void failed(IOException cause);

  /** More of a streamed body may be written. */
  default void writable() {}
}
