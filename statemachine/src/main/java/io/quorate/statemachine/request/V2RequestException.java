package io.quorate.statemachine.request;

/** The log holds a write of the v2 API, which went with etcd 3.6; the member cannot go on. */
public final class V2RequestException extends RuntimeException {
  private static final long serialVersionUID = 1L;

  V2RequestException(String method, String path) {
    super(
        "detected disallowed v2 WAL for stage --v2-deprecation=write-only: " + method + " " + path);
  }
}
