package io.quorate.rpc.hpack;

/** A header block that is no header block: a connection error COMPRESSION_ERROR. */
public final class HpackException extends RuntimeException {
  public HpackException(String message) {
    super(message);
  }
}
