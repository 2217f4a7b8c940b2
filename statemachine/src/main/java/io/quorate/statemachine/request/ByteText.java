package io.quorate.statemachine.request;

import java.nio.charset.StandardCharsets;

/**
 * Text as etcd's protobuf takes it: any bytes, UTF-8 or not (spec/api.md 1). Here one char stands
 * for one byte, so that nothing is lost and the order of strings is that of their bytes.
 */
public final class ByteText {
  private ByteText() {}

  public static String of(byte[] bytes) {
    return new String(bytes, StandardCharsets.ISO_8859_1);
  }

  public static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.ISO_8859_1);
  }

  /** For people to read, as in log lines. */
  public static String shown(String text) {
    return new String(bytes(text), StandardCharsets.UTF_8);
  }

  /** What a person wrote. */
  public static String ofShown(String text) {
    return of(text.getBytes(StandardCharsets.UTF_8));
  }
}
