package io.quorate.peer.codec;

/** The other end sent what is no message; the connection is of no use any more. */
public final class StreamException extends RuntimeException {
  public StreamException(String message) {
    super(message, null, false, false);
  }
}
