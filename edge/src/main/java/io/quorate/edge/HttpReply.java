package io.quorate.edge;

import io.quorate.rpc.Metadata;
import java.nio.charset.StandardCharsets;

/** A whole answer. */
public record HttpReply(int status, Metadata headers, byte[] body) {
  /** The body as text, without white space around it. */
  public String text() {
    return new String(body, StandardCharsets.UTF_8).strip();
  }
}
