package io.quorate.raft.codec;

/** The bytes are no protobuf of the expected kind; the text says where it went wrong. */
public final class MalformedException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  MalformedException(String message) {
    super(message);
  }
}
