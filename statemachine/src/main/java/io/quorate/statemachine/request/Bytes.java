package io.quorate.statemachine.request;

/** The one empty array. */
final class Bytes {
  static final byte[] EMPTY = {};

  private Bytes() {}
}
