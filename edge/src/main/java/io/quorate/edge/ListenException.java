package io.quorate.edge;

/** An address could not be listened on; the message is the one Go's net package gives. */
public final class ListenException extends RuntimeException {
  public ListenException(ListenAddress address, String problem, Throwable cause) {
    super("listen " + address.network() + " " + address.text() + ": " + problem, cause);
  }
}
