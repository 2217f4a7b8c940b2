package io.quorate.rpc.http2;

/**
 * Cuts bytes into frames, wherever they were split, and checks each (RFC 9113 §4.1, §4.2, §6).
 * Bytes are read straight into {@link #buffer()} and then announced with {@link #filled}.
 */
public final class FrameReader {
  private final int maxPayload;
  private byte[] buffer;
  private int start;
  private int end;
  private int openBlock; // the stream whose header block is not complete

  /**
   * @param maxPayload what we announced as SETTINGS_MAX_FRAME_SIZE
   */
  public FrameReader(int maxPayload) {
    this.maxPayload = maxPayload;
    this.buffer = new byte[2 * (maxPayload + Frames.HEADER_BYTES)];
  }

  /** Where the next bytes go: from {@link #writePosition()} to the array's end, never empty. */
  public byte[] buffer() {
    if (start == end) {
      start = 0;
      end = 0;
    } else if (buffer.length - start < maxPayload + Frames.HEADER_BYTES) {
      System.arraycopy(buffer, start, buffer, 0, end - start);
      end -= start;
      start = 0;
    }
    return buffer;
  }

  public int writePosition() {
    return end;
  }

  /** {@code count} bytes have been put at {@link #writePosition()}. */
  public void filled(int count) {
    end += count;
  }

  /**
   * Hands over the next frame.
   *
   * @return false if it is not complete yet
   * @throws Http2Exception if it breaks the protocol; after a stream's error reading may go on
   */
  public boolean next(FrameHandler handler) {
    if (end - start < Frames.HEADER_BYTES) {
      return false;
    }
    int length = u24(start);
    if (length > maxPayload) {
      throw new Http2Exception(
          ErrorCode.FRAME_SIZE_ERROR, "a frame of " + length + " bytes, above " + maxPayload);
    }
    if (end - start < Frames.HEADER_BYTES + length) {
      return false;
    }
    int type = buffer[start + 3] & 0xff;
    int flags = buffer[start + 4] & 0xff;
    int streamId = i32(start + 5) & 0x7fff_ffff;
    int payload = start + Frames.HEADER_BYTES;
    start = payload + length;
    if (openBlock != 0 && (type != Frames.CONTINUATION || streamId != openBlock)) {
      throw new Http2Exception(
          ErrorCode.PROTOCOL_ERROR, "a frame within the header block of stream " + openBlock);
    }
    dispatch(handler, type, flags, streamId, payload, length);
    return true;
  }

  private void dispatch(
      FrameHandler handler, int type, int flags, int streamId, int payload, int length) {
    switch (type) {
      case Frames.DATA -> {
        onStream(streamId, "DATA");
        int padding = padding(flags, payload, length);
        int skip = (flags & Frames.FLAG_PADDED) != 0 ? 1 : 0;
        handler.data(
            streamId,
            (flags & Frames.FLAG_END_STREAM) != 0,
            buffer,
            payload + skip,
            length - skip - padding,
            length);
      }
      case Frames.HEADERS -> {
        onStream(streamId, "HEADERS");
        int padding = padding(flags, payload, length);
        int skip =
            ((flags & Frames.FLAG_PADDED) != 0 ? 1 : 0)
                + ((flags & Frames.FLAG_PRIORITY) != 0 ? 5 : 0);
        if (length < skip + padding) {
          throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "HEADERS too short");
        }
        boolean endHeaders = block(flags, streamId);
        handler.headers(
            streamId,
            (flags & Frames.FLAG_END_STREAM) != 0,
            endHeaders,
            buffer,
            payload + skip,
            length - skip - padding);
      }
      case Frames.PRIORITY -> {
        onStream(streamId, "PRIORITY");
        if (length != 5) {
          throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, streamId, "PRIORITY not 5 bytes");
        }
      }
      case Frames.RST_STREAM -> {
        onStream(streamId, "RST_STREAM");
        exactly(length, 4, "RST_STREAM");
        handler.resetStream(streamId, i32(payload));
      }
      case Frames.SETTINGS -> settings(handler, flags, streamId, payload, length);
      case Frames.PUSH_PROMISE -> {
        onStream(streamId, "PUSH_PROMISE");
        int padding = padding(flags, payload, length);
        int skip = (flags & Frames.FLAG_PADDED) != 0 ? 1 : 0;
        if (length < skip + 4 + padding) {
          throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "PUSH_PROMISE too short");
        }
        boolean endHeaders = block(flags, streamId);
        handler.pushPromise(
            streamId,
            i32(payload + skip) & 0x7fff_ffff,
            endHeaders,
            buffer,
            payload + skip + 4,
            length - skip - 4 - padding);
      }
      case Frames.PING -> {
        onConnection(streamId, "PING");
        exactly(length, 8, "PING");
        handler.ping(
            (flags & Frames.FLAG_ACK) != 0,
            (long) i32(payload) << 32 | i32(payload + 4) & 0xffff_ffffL);
      }
      case Frames.GOAWAY -> {
        onConnection(streamId, "GOAWAY");
        if (length < 8) {
          throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "GOAWAY too short");
        }
        handler.goAway(
            i32(payload) & 0x7fff_ffff, i32(payload + 4), buffer, payload + 8, length - 8);
      }
      case Frames.WINDOW_UPDATE -> {
        exactly(length, 4, "WINDOW_UPDATE");
        int increment = i32(payload) & 0x7fff_ffff;
        if (increment == 0) {
          throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, streamId, "WINDOW_UPDATE by nothing");
        }
        handler.windowUpdate(streamId, increment);
      }
      case Frames.CONTINUATION -> {
        if (openBlock == 0) {
          throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "CONTINUATION without a header block");
        }
        handler.continuation(streamId, block(flags, streamId), buffer, payload, length);
      }
      default -> {} // unknown types are ignored (§4.1)
    }
  }

  private void settings(FrameHandler handler, int flags, int streamId, int payload, int length) {
    onConnection(streamId, "SETTINGS");
    if ((flags & Frames.FLAG_ACK) != 0) {
      exactly(length, 0, "acknowledged SETTINGS");
      handler.settingsAck();
      return;
    }
    if (length % 6 != 0) {
      throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "SETTINGS not a multiple of 6 bytes");
    }
    for (int i = payload; i < payload + length; i += 6) {
      int id = (buffer[i] & 0xff) << 8 | buffer[i + 1] & 0xff;
      int value = i32(i + 2);
      if (id == Frames.SETTING_ENABLE_PUSH && (value & ~1) != 0) {
        throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "ENABLE_PUSH neither 0 nor 1");
      }
      if (id == Frames.SETTING_INITIAL_WINDOW_SIZE && value < 0) {
        throw new Http2Exception(ErrorCode.FLOW_CONTROL_ERROR, "INITIAL_WINDOW_SIZE above 2^31-1");
      }
      if (id == Frames.SETTING_MAX_FRAME_SIZE && (value < 16_384 || value > 16_777_215)) {
        throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "MAX_FRAME_SIZE outside 2^14..2^24-1");
      }
      handler.setting(id, value);
    }
    handler.settingsEnd();
  }

  private boolean block(int flags, int streamId) {
    boolean whole = (flags & Frames.FLAG_END_HEADERS) != 0;
    openBlock = whole ? 0 : streamId;
    return whole;
  }

  private int padding(int flags, int payload, int length) {
    if ((flags & Frames.FLAG_PADDED) == 0) {
      return 0;
    }
    if (length < 1) {
      throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, "a padded frame without a pad length");
    }
    int padding = buffer[payload] & 0xff;
    if (padding >= length) {
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, "padding longer than its frame");
    }
    return padding;
  }

  private static void onStream(int streamId, String type) {
    if (streamId == 0) {
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, type + " on stream 0");
    }
  }

  private static void onConnection(int streamId, String type) {
    if (streamId != 0) {
      throw new Http2Exception(ErrorCode.PROTOCOL_ERROR, type + " on stream " + streamId);
    }
  }

  private static void exactly(int length, int expected, String type) {
    if (length != expected) {
      throw new Http2Exception(ErrorCode.FRAME_SIZE_ERROR, type + " of " + length + " bytes");
    }
  }

  private int u24(int i) {
    return (buffer[i] & 0xff) << 16 | (buffer[i + 1] & 0xff) << 8 | buffer[i + 2] & 0xff;
  }

  private int i32(int i) {
    return (buffer[i] & 0xff) << 24 | u24(i + 1);
  }
}
