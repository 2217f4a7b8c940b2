package io.quorate.rpc.http2;

import java.nio.charset.StandardCharsets;

/** Numbers of the frame format. */
public final class Frames {
  public static final int HEADER_BYTES = 9;
  public static final int DEFAULT_MAX_PAYLOAD = 16_384;
  public static final int DEFAULT_WINDOW = 65_535;
  public static final int DEFAULT_TABLE_BYTES = 4_096;

  public static final int DATA = 0;
  public static final int HEADERS = 1;
  public static final int PRIORITY = 2;
  public static final int RST_STREAM = 3;
  public static final int SETTINGS = 4;
  public static final int PUSH_PROMISE = 5;
  public static final int PING = 6;
  public static final int GOAWAY = 7;
  public static final int WINDOW_UPDATE = 8;
  public static final int CONTINUATION = 9;

  public static final int FLAG_END_STREAM = 0x1;
  public static final int FLAG_ACK = 0x1;
  public static final int FLAG_END_HEADERS = 0x4;
  public static final int FLAG_PADDED = 0x8;
  public static final int FLAG_PRIORITY = 0x20;

  public static final int SETTING_HEADER_TABLE_SIZE = 1;
  public static final int SETTING_ENABLE_PUSH = 2;
  public static final int SETTING_MAX_CONCURRENT_STREAMS = 3;
  public static final int SETTING_INITIAL_WINDOW_SIZE = 4;
  public static final int SETTING_MAX_FRAME_SIZE = 5;
  public static final int SETTING_MAX_HEADER_LIST_SIZE = 6;

  private static final String PREFACE = "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";

  private Frames() {}

  /** What a client sends first of all. */
  public static byte[] preface() {
    return PREFACE.getBytes(StandardCharsets.ISO_8859_1);
  }
}
