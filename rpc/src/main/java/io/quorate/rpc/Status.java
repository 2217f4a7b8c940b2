package io.quorate.rpc;

/** How a call ended. The message is wire format: clients match on it. */
public record Status(Code code, String message) {
  public static final Status OK = new Status(Code.OK, "");

  public boolean isOk() {
    return code == Code.OK;
  }
}
